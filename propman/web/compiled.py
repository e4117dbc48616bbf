"""Templates are compiled once per language: what is the same for everybody who reads it is written into them.

A page has hundreds of words, signs and addresses that no reader, report or day changes. Looked up anew for every
request they cost more than what does change. So the tree of a template is gone through as it is compiled, and a call
of `CONSTANT` with constant arguments becomes its result, which Jinja joins with the HTML around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, has_request_context, request
from flask.templating import Environment
from jinja2 import BaseLoader, Template, nodes
from jinja2.visitor import NodeTransformer

from propman.web.filters import language

CONSTANT = ("_", "icon", "url_for")
"""What templates call by these names gives the same for the same arguments, in one language at one address."""

MOST = 1000  # compiled templates kept: some hundred in two languages
_END = "\N{SYMBOL FOR UNIT SEPARATOR}"  # between the language and the name of a template; no file is called so


class _Kept(Template):
    """A template whose macros are made once. Jinja asks at each import whether the page brings names of its own for
    them, which no page here does, and takes longer over that than most macros over their work.
    """

    def _get_default_module(self, ctx: Any = None) -> Any:
        if self._module is None:
            self._module = self.make_module()
        return self._module


class Templates(Environment):
    """The templates of an application. Their names are the usual ones; inside, the reader stands before them."""

    template_class = _Kept

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, cache_size=MOST, **options)
        self.loader = _Loader(self.loader)

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002 - Jinja's word
        return super()._load_template(name if _END in name else f"{_reader()}{_END}{name}", globals)

    def join_path(self, template: str, parent: str) -> str:
        """What a template names is for the same reader as the template."""
        return f"{parent.rpartition(_END)[0]}{_END}{template}"

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if not has_request_context():
            return tree
        calls: dict[str, Any] = {each: self.globals[each] for each in CONSTANT}
        return _Folding(calls).visit(tree)  # type: ignore[no-any-return]


def _reader() -> str:
    """The language of whoever reads, and where the site begins, with which every address begins; "" without reader."""
    return f"{language()}{request.root_path}" if has_request_context() else ""


class _Loader(BaseLoader):
    """Finds a template by its usual name."""

    def __init__(self, usual: BaseLoader | None) -> None:
        self.usual = usual or BaseLoader()

    def get_source(self, environment: Any, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """As the usual loader. Raises `TemplateNotFound`."""
        return self.usual.get_source(environment, template.rpartition(_END)[2])

    def list_templates(self) -> list[str]:
        """Every template by its usual name."""
        return self.usual.list_templates()


class _Folding(NodeTransformer):
    """Puts the result in the place of each call of `calls` with constant arguments."""

    def __init__(self, calls: dict[str, Callable[..., Any]]) -> None:
        self.calls = calls

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's way of naming
        """Inner calls first: the words of a sign are folded before the sign."""
        self.generic_visit(node)
        call = self.calls.get(node.node.name) if isinstance(node.node, nodes.Name) else None
        given = [*node.args, *(each.value for each in node.kwargs)]
        if call is None or node.dyn_args or node.dyn_kwargs or not all(isinstance(each, nodes.Const) for each in given):
            return node
        if str(next(iter(given), nodes.Const("")).value).startswith("."):  # type: ignore[attr-defined]
            return node  # an address that begins at the room of the page that is shown
        facts = {each.key: each.value.value for each in node.kwargs}  # type: ignore[attr-defined]
        return nodes.Const(call(*(each.value for each in node.args), **facts), lineno=node.lineno)  # type: ignore[attr-defined]
