"""What surrounds every request: who acts, once only, errors as pages, strict headers."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhagen.core.errors import RuleError
from zhagen.parties.actor import actor_of
from zhagen.platform.clock import now
from zhagen.platform.models import DoneRequest
from zhagen.platform.texts import explain
from zhagen.platform.tx import AlreadyDone, RequestKey, current_request

Next = Callable[[HttpRequest], HttpResponse]

POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
KEY_LENGTH = 64


def policy_headers(get_response: Next) -> Next:
    """Send one static Content-Security-Policy and keep private pages out of shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "geolocation=(), camera=(self), microphone=(self)")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def actor(get_response: Next) -> Next:
    """Give every request its actor with the roles in force."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request.user)
        request.received_at = now()
        return get_response(request)

    return middleware


def one_request_once(get_response: Next) -> Next:
    """Replay the first answer to a form that is sent twice."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return get_response(request)
        token = request.POST.get("_key", "")[:KEY_LENGTH].replace("\0", "") or uuid.uuid4().hex
        key = RequestKey(_actor_key(request), token, request.received_at)
        done = DoneRequest.objects.filter(actor_key=key.actor_key, token=token).first()
        if done is not None and done.answer:
            return redirect(done.answer)
        reset = current_request.set(key)
        try:
            response = get_response(request)
        finally:
            current_request.reset(reset)
        if key.is_claimed and response.has_header("Location"):
            DoneRequest.objects.filter(actor_key=key.actor_key, token=token).update(
                answer=response["Location"][:500]
            )
        return response

    return middleware


def _actor_key(request: HttpRequest) -> str:
    if request.actor.key:
        return request.actor.key
    return "public"


def rule_errors(get_response: Next) -> Next:
    """The net under the views: a rule error that no form showed becomes a clear page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, AlreadyDone):
            messages.info(request, explain(error))
            return redirect(request.path)
        if isinstance(error, RuleError):
            status = 403 if error.code == "permission.denied" else 422
            return render(request, "web/rule_error.html", {"text": explain(error)}, status=status)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
