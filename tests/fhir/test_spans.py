"""The bytes of every resource in a Bundle, against what JSON parsing says is there."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vanguard.fhir.fast_spans import fast_spans
from vanguard.fhir.spans import MOST_NESTED_BUNDLES, object_spans

NAMES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(["entry", "resource", "resourceType", "fullUrl", '"', "\\", "{", "]", "Bundle", 'resource":{']),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
RESOURCES = st.dictionaries(NAMES, VALUES, max_size=5).map(lambda members: {"resourceType": "Basic", **members})
ENTRIES = st.fixed_dictionaries(
    {},
    optional={"fullUrl": NAMES, "resource": RESOURCES, "request": VALUES, "search": VALUES, "link": VALUES},
)
BUNDLES = st.builds(
    lambda before, entries, after: {**before, "resourceType": "Bundle", "entry": entries, **after},
    st.dictionaries(NAMES.filter(lambda name: name != "entry"), VALUES, max_size=3),
    st.lists(ENTRIES, max_size=5),
    st.dictionaries(st.sampled_from(["link", "meta", "signature", "identifier"]), VALUES, max_size=2),
)
STYLES = st.sampled_from([{}, {"indent": 1}, {"indent": "\t", "separators": (" ,", " : ")}, {"separators": (",", ":")}])


@given(BUNDLES, STYLES, st.booleans())
@settings(max_examples=150, deadline=None)
def test_each_span_is_the_resource_as_written(bundle, style, ascii_only):
    text = json.dumps(bundle, ensure_ascii=ascii_only, **style)
    spans = [span for span in object_spans(text, 0).entries if span.inside == 0]
    assert len(spans) == len(bundle["entry"])
    for span, entry in zip(spans, bundle["entry"], strict=True):
        assert span.has_resource == ("resource" in entry)
        assert json.loads(text[span.start : span.end]) == entry.get("resource", entry)


@given(BUNDLES, STYLES)
@settings(max_examples=150, deadline=None)
def test_the_fast_way_finds_what_the_walk_finds(bundle, style):
    text = json.dumps(bundle, ensure_ascii=False, **style)
    data = text.encode()
    fast = fast_spans(data)
    if fast is None:
        return
    walked = object_spans(text, 0)
    assert [data[span.start : span.end] for span in fast.entries] == [
        text[span.start : span.end].encode() for span in walked.entries
    ]
    assert [sorted(span.envelope) for span in fast.entries] == [sorted(span.envelope) for span in walked.entries]


PLAIN = RESOURCES.filter(lambda resource: '"Bundle"' not in json.dumps(resource))


@given(st.lists(PLAIN, min_size=1, max_size=5), STYLES)
@settings(max_examples=100, deadline=None)
def test_plain_bundles_go_the_fast_way(resources, style):
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": f"urn:x:{n}", "resource": r} for n, r in enumerate(resources)],
    }
    data = json.dumps(bundle, **style).encode()
    fast = fast_spans(data)
    assert fast is not None
    assert [json.loads(data[span.start : span.end]) for span in fast.entries] == resources


@given(BUNDLES, st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_files_are_refused_as_json_refuses_them(bundle, data):
    text = json.dumps(bundle)
    cut = data.draw(st.integers(0, len(text) - 1))
    inserted = data.draw(st.sampled_from(["", "}", "]", '"', ",", "{"]))
    damaged = text[:cut] + inserted + text[cut + len(inserted) :]
    damaged = damaged if inserted else text[:cut]
    try:
        json.loads(damaged)
    except json.JSONDecodeError:
        found = fast_spans(damaged.encode())
        # The fast way may leave what is wrong inside a resource to whoever parses that resource.
        if found is not None:
            with pytest.raises(json.JSONDecodeError):
                for span in found.entries:
                    json.loads(damaged.encode()[span.start : span.end])
        if damaged.startswith("{"):
            with pytest.raises(json.JSONDecodeError):
                end = object_spans(damaged, 0).end
                json.loads((damaged[end:].strip() and "!") or "0")


def test_two_resources_under_one_name_keep_the_last():
    data = b'{"resourceType":"Bundle","entry":[{"resource":{"a":1},"resource":{"a":2}},{"resource":1}]}'
    assert fast_spans(data) is None
    walked = object_spans(data.decode(), 0).entries
    assert data[walked[0].start : walked[0].end] == b'{"a":2}'
    assert [span.has_resource for span in walked] == [True, False]


def test_a_name_written_with_escapes_is_the_same_name():
    text = '{"resourceType":"Bundle","\\u0065ntry":[{"\\u0072esource":{"a":1}}]}'
    assert fast_spans(text.encode()) is None
    (span,) = object_spans(text, 0).entries
    assert text[span.start : span.end] == '{"a":1}'


def test_bundles_within_bundles_follow_the_entry_that_holds_them():
    inner = {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Basic", "id": "in"}}]}
    outer = {
        "resourceType": "Bundle",
        "entry": [{"resource": inner}, {"resource": {"resourceType": "Basic", "id": "out"}}],
    }
    text = json.dumps(outer)
    found = [(span.inside, json.loads(text[span.start : span.end]).get("id")) for span in object_spans(text, 0).entries]
    assert found == [(0, None), (1, "in"), (0, "out")]


def test_very_deep_nesting_is_stepped_over():
    deep = '{"a":' * 5_000 + '"]}\\""' + "}" * 5_000
    text = f'{{"resourceType":"Bundle","entry":[{{"resource":{deep}}},{{"resource":{{"id":"next"}}}}]}}'
    spans = object_spans(text, 0).entries
    assert [text[span.start : span.end] for span in spans] == [deep, '{"id":"next"}']
    fast = fast_spans(text.encode())
    assert fast is not None
    assert [text[span.start : span.end] for span in fast.entries] == [deep, '{"id":"next"}']


def test_bundles_are_opened_only_so_deep():
    bundle: dict = {"resourceType": "Basic"}
    for _ in range(MOST_NESTED_BUNDLES + 5):
        bundle = {"resourceType": "Bundle", "entry": [{"resource": bundle}]}
    assert max(span.inside for span in object_spans(json.dumps(bundle), 0).entries) == MOST_NESTED_BUNDLES
