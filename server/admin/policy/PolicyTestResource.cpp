#include "admin/policy/PolicyTestResource.h"

#include "admin/policy/JsonLine.h"
#include "admin/policy/PathSegment.h"
#include "admin/policy/WhatIfQuestion.h"
#include "policy/DocumentWriter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sallyport::admin {
namespace {

using api::Access;
using api::Answer;
using api::ApiError;
using api::Call;
using api::ProblemKind;
using api::Role;
using policy::CaseResult;
using policy::PolicyCase;

constexpr std::array<std::string_view, 2> Verdicts{"allow", "deny"};
constexpr std::array<std::string_view, 2> TestedSides{"draft", "live"};
constexpr api::TextSize TestName{.least = 1, .most = 200};

JsonLine resultJson(const CaseResult& result)
{
    JsonLine json;
    json.text("id", result.policyCase->name);
    json.text("name", result.policyCase->name);
    json.flag("passed", !hasFailed(result));
    json.text("verdict", answerName(result.answer));
    json.text("layer", policy::layerName(result.layer));
    json.text("rule", result.rule);
    json.text("stage", policy::stageName(result.stage));
    json.text("hint", result.hint);
    json.text("text", resultLine(result));
    return json;
}

JsonLine testJson(const PolicyCase& test, const TestRun* run)
{
    JsonLine json;
    json.text("id", test.name);
    json.text("etag", tagOf(policy::writeCase(test)));
    json.text("name", test.name);
    json.value("input", questionText(test));
    JsonLine expect;
    expect.text("verdict", answerName(test.expected));
    if (!test.expectedRule.empty())
        expect.text("rule", test.expectedRule);
    json.object("expect", expect);
    if (run)
        for (const auto& result : run->results)
            if (result.policyCase->name == test.name) {
                json.object("result", resultJson(result));
                return json;
            }
    json.null("result");
    return json;
}

Answer testAnswer(const DraftView& draft, const std::string& name, unsigned status = 200)
{
    const auto& tests = draft.document().cases;
    const auto test = std::ranges::find(tests, name, &PolicyCase::name);
    if (test == tests.end())
        throw ApiError(ProblemKind::NotFound, "The draft has no such test any more.");
    auto answer = api::jsonAnswer(testJson(*test, draft.tests()).text(), status);
    answer.withTag(tagOf(policy::writeCase(*test)));
    return answer;
}

PolicyCase& requireTest(policy::PolicyDocument& document, const std::string& name)
{
    const auto test = std::ranges::find(document.cases, name, &PolicyCase::name);
    if (test == document.cases.end())
        throw ApiError(ProblemKind::NotFound, "The draft has no such test.");
    return *test;
}

void readExpect(api::JsonFields& body, TestFrame& frame)
{
    auto expect = body.object("expect");
    if (!expect)
        return;
    frame.verdict = Verdicts[expect->choice("verdict", Verdicts)];
    frame.rule = expect->optionalText("rule", {.least = 0, .most = 200}).value_or("");
    expect->refuseOthers();
}

// The question in "input", with what is wrong noted at its members.
std::optional<PolicyCase> readInput(api::JsonFields& body, const TestFrame& frame)
{
    auto input = body.object("input");
    if (!input)
        return std::nullopt;
    auto test = questionIn(*input, frame);
    input->refuseOthers();
    return test;
}

api::Trail::Act testAct(std::string action, const std::string& name, std::string before,
                        std::string after)
{
    return {std::move(action), "test \"" + name + '"', std::move(before), std::move(after), ""};
}

void requireNoTest(const policy::PolicyDocument& document, const std::string& name)
{
    if (std::ranges::find(document.cases, name, &PolicyCase::name) != document.cases.end())
        throw ApiError({{"/name", "taken", "is the name of another test"}});
}

Answer runAnswer(std::string_view side, const TestRun& run)
{
    std::vector<JsonLine> results;
    for (const auto& result : run.results)
        results.push_back(resultJson(result));
    JsonLine json;
    json.text("policy", side);
    json.number("pass", run.results.size() - run.failures());
    json.number("fail", run.failures());
    json.objects("results", results);
    return api::jsonAnswer(std::move(json).take());
}

} // namespace

void PolicyTestResource::addTo(api::Router& router)
{
    const std::string one = "/policy/tests/{id}";
    const auto reader = Access::from(Role::HelpDesk);
    const auto editor = Access::from(Role::Editor).changingPolicy();
    router.add("GET", "/policy/tests", reader, [this](Call&) { return list(); });
    router.add("POST", "/policy/tests", editor, [this](Call& call) { return create(call); });
    router.add("POST", "/policy/tests/run", reader, [this](Call& call) { return run(call); });
    router.add("PATCH", one, editor, [this](Call& call) { return change(call); });
    router.add("DELETE", one, editor, [this](Call& call) { return remove(call); });
}

Answer PolicyTestResource::list()
{
    const auto draft = desk_.draft();
    std::vector<JsonLine> items;
    for (const auto& test : draft->document().cases)
        items.push_back(testJson(test, draft->tests()));
    JsonLine json;
    json.objects("items", items);
    json.null("next_cursor");
    json.null("prev_cursor");
    return api::jsonAnswer(std::move(json).take());
}

Answer PolicyTestResource::create(Call& call)
{
    auto& body = call.json();
    TestFrame frame;
    frame.name = body.text("name", TestName);
    if (frame.name.empty()) // which is noted
        frame.name = "test";
    if (!body.has("expect"))
        body.wrong("expect", "required", "is missing");
    readExpect(body, frame);
    const auto test = readInput(body, frame);
    if (!test)
        body.wrong("input", "required", "is missing");
    body.refuseOthers();
    body.throwIfWrong();
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        requireNoTest(editing.document, test->name);
        editing.document.cases.push_back(*test);
        return testAct("policy.test-create", test->name, "", policy::writeCase(*test));
    });
    auto answer = testAnswer(*draft, test->name, 201);
    answer.with("Location", "/api/v1/policy/tests/" + pathSegment(test->name));
    return answer;
}

Answer PolicyTestResource::change(Call& call)
{
    const auto& id = call.inPath("id");
    auto& body = call.json();
    const auto name = body.optionalText("name", TestName);
    TestFrame frame;
    readExpect(body, frame);
    const auto asked = readInput(body, frame);
    body.refuseOthers();
    body.throwIfWrong();
    const auto draft = desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        auto& test = requireTest(editing.document, id);
        const auto before = policy::writeCase(test);
        call.requireMatch(tagOf(before));
        if (name && *name != id)
            requireNoTest(editing.document, *name);
        auto changed = test;
        if (asked) {
            changed.url = asked->url;
            changed.facts = asked->facts;
        }
        if (body.has("expect")) {
            changed.expected =
                frame.verdict == "allow" ? policy::Answer::Allow : policy::Answer::Deny;
            changed.expectedRule = frame.rule;
        }
        changed.name = name.value_or(id);
        test = changed;
        return testAct("policy.test-edit", id, before, policy::writeCase(changed));
    });
    return testAnswer(*draft, name.value_or(id));
}

Answer PolicyTestResource::remove(Call& call)
{
    const auto& id = call.inPath("id");
    desk_.edit(call.caller(), [&](PolicyDesk::Editing editing) {
        const auto& test = requireTest(editing.document, id);
        auto before = policy::writeCase(test);
        call.requireMatch(tagOf(before));
        editing.document.cases.erase(
            std::ranges::find(editing.document.cases, id, &PolicyCase::name));
        return testAct("policy.test-delete", id, std::move(before), "");
    });
    return api::noContent();
}

Answer PolicyTestResource::run(Call& call)
{
    auto& body = call.json();
    const auto side = TestedSides[body.optionalChoice("policy", TestedSides).value_or(0)];
    body.refuseOthers();
    body.throwIfWrong();
    const auto draft = desk_.draft();
    if (side == "live") {
        auto version = desk_.live()->version;
        version.document.cases = draft->document().cases;
        return runAnswer(side, runTests(desk_.compiled(version)));
    }
    if (const auto* run = draft->tests())
        return runAnswer(side, *run);
    throw ApiError(ProblemKind::Conflict,
                   "The draft cannot be compiled: " + draft->compiled().problem);
}

} // namespace sallyport::admin
