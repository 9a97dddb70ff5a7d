import pytest

from holdfast.page.app import make_app
from holdfast.page.description import description
from holdfast.page.guard import Bound
from page.fights import check, fight, theatre


def routes():
    app = make_app(theatre(), check, fight, "toy", lambda t, r: "", Bound("127.0.0.1", 1))
    return {
        (route.path.replace(":path}", "}"), method.lower())
        for route in app.routes
        for method in route.methods - {"HEAD"}
    }


def test_every_route_is_described_and_nothing_else_is():
    described = {
        (path, method)
        for path, verbs in description(theatre())["paths"].items()
        for method in verbs
    }
    assert described == routes()


def test_every_name_that_is_referred_to_is_described():
    whole = description(theatre())
    text = str(whole)
    for name in whole["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in text, f"nobody refers to {name}"
    assert text.count("#/components/schemas/") == sum(
        text.count(f"'#/components/schemas/{name}'") for name in whole["components"]["schemas"]
    )


def test_what_may_be_asked_is_described_as_this_scenario_allows_it():
    scenario = theatre() | {"mechanisms": [{"name": "pledge"}], "series": [{"key": "pay"}]}
    asked = description(scenario)["components"]["schemas"]["Asked"]["properties"]
    assert (asked["members"]["minimum"], asked["members"]["maximum"]) == (1, 1000)
    assert asked["strengths"]["propertyNames"]["enum"] == ["pledge"]
    assert asked["series"]["propertyNames"]["enum"] == ["pay"]


def test_the_server_tells_its_description(toy):
    assert toy.client.get("/api/description").json() == description(theatre())


@pytest.fixture
def schema():
    return pytest.importorskip("schemathesis").openapi.from_dict(description(theatre()))


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), sorted(routes()))
def test_whatever_is_sent_the_answer_is_as_described(toy, schema, path, method):
    hypothesis = pytest.importorskip("hypothesis")

    @hypothesis.given(case=schema[path][method].as_strategy())
    @hypothesis.settings(
        max_examples=40, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    def ask(case):
        case.call_and_validate(base_url=toy.url, timeout=10)

    ask()


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(p for p, method in routes() if method == "get"))
def test_what_is_told_is_as_described(toy, schema, path):
    run = toy.ask(members=2)
    list(toy.listen(run))
    given = {"id": run, "district": "D1", "name": "main"}
    here = {name: value for name, value in given.items() if f"{{{name}}}" in path}
    case = schema[path]["get"].Case(path_parameters=here)
    answer = case.call(base_url=toy.url)
    assert answer.status_code == 200
    case.validate_response(answer)
