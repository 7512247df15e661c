"""Parts of a page for scripts that swap them in place (htmx); the same views serve those who have no scripts."""

from flask import Response, after_this_request, request


def is_asked() -> bool:
    """Whether a script asks for the changed part alone; the answer says that it depends on this."""

    @after_this_request
    def vary(response: Response) -> Response:
        response.vary.add("HX-Request")
        return response

    return request.headers.get("HX-Request") == "true"


def into_main(response: Response) -> Response:
    """A whole page that takes the place of the one at hand, whatever part the script meant to swap: a refusal."""
    response.headers["HX-Retarget"] = response.headers["HX-Reselect"] = "main"
    response.headers["HX-Reswap"] = "outerHTML"
    return response
