"""A visitor of a served site who signs in and reads pages, as a browser without JavaScript does."""

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request


class Visitor:
    """One browser with its cookies."""

    def __init__(self, address: str, language: str = "zh-CN") -> None:
        self.address, self.language = address.rstrip("/"), language
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)

    def get(self, path: str, **posted: str) -> tuple[int, str]:
        """Return status and text of a page; named values are posted with the page's own token."""
        headers = {"Accept-Language": self.language, "Referer": self.address + path}
        data = urllib.parse.urlencode(posted).encode() if posted else None
        request = urllib.request.Request(self.address + path, data, headers)
        try:
            with self.opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def page(self, path: str) -> str:
        """Return a page that must be there."""
        status, text = self.get(path)
        assert status == 200, (path, status)
        return text

    def sign_in(self, username: str, password: str) -> str:
        """Sign in and return the desk."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page("/accounts/login/"))[1]
        status, desk = self.get(
            "/accounts/login/", login=username, password=password, csrfmiddlewaretoken=token
        )
        assert status == 200, status
        return desk


def plain(html: str) -> str:
    """Return the text of a page without its tags, spaces in one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()
