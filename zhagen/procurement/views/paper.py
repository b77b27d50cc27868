"""Downloads of papers, served from the evidence store only to those who may see their owner."""

import mimetypes

from django.http import FileResponse, HttpRequest, HttpResponse

from zhagen.platform.files import stored_path
from zhagen.platform.pages import page
from zhagen.procurement.actions.paper import evidence_root
from zhagen.procurement.models import Paper


@page("paper.download", Paper)
def paper_download(request: HttpRequest, obj: Paper) -> HttpResponse:
    """Send a paper as a download, never to be shown inside the site."""
    file = stored_path(evidence_root(), obj.file_digest).open("rb")
    name = f"{obj.title}{_ending(obj.content_type)}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=obj.content_type)


def _ending(content_type: str) -> str:
    return mimetypes.guess_extension(content_type) or ""
