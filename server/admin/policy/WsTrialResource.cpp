#include "admin/policy/WsTrialResource.h"

#include "admin/policy/JsonLine.h"
#include "admin/policy/PolicyComplaint.h"
#include "policy/DocumentReader.h"
#include "policy/inspection/CompiledProfile.h"
#include "policy/inspection/ProfileRun.h"

#include <Poco/Base64Decoder.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <sstream>
#include <utility>

namespace sallyport::admin {
namespace {

namespace inspection = policy::inspection;

using api::Answer;
using api::ApiError;
using api::Call;
using inspection::Direction;
using inspection::MessageKind;

constexpr std::size_t MostMessages = 50;
constexpr std::size_t MostMessageBytes = 256 << 10;
constexpr std::size_t MostBodyBytes = 2 << 20;
constexpr std::int64_t MostWaitMilliseconds = 24LL * 60 * 60 * 1000;
constexpr std::array<std::string_view, 2> Directions{"client-to-upstream", "upstream-to-client"};

struct Sample {
    Direction direction = Direction::ClientToUpstream;
    MessageKind kind = MessageKind::Text;
    std::string content;
    std::chrono::milliseconds wait{};
};

class Found final : public inspection::FindingListener {
public:
    void onFinding(const inspection::Finding& finding) override
    {
        const auto& check = *finding.check;
        strongest_ = std::max(strongest_, check.action);
        auto& json = findings_.emplace_back();
        json.text("check", check.name);
        json.text("action", inspection::checkActionName(check.action));
        if (message_ == 0) {
            json.null("direction");
            json.null("message");
        } else {
            json.text("direction", inspection::checkDirectionName(finding.direction));
            json.number("message", message_);
        }
        json.text("detail", finding.kind);
    }
    /// Which of the samples is looked at from now on, from 1.
    void beginMessage(std::size_t number) { message_ = number; }

    [[nodiscard]] Answer answer() const
    {
        JsonLine json;
        json.objects("findings", findings_);
        json.text("outcome", strongest_ == inspection::CheckAction::Cut    ? "cut"
                             : strongest_ == inspection::CheckAction::Slow ? "slowed"
                                                                           : "passes");
        return api::jsonAnswer(json.text());
    }

private:
    std::size_t message_ = 0;
    inspection::CheckAction strongest_ = inspection::CheckAction::Note;
    std::vector<JsonLine> findings_;
};

std::string binaryFrom(const std::string& base64)
{
    std::istringstream text(base64);
    Poco::Base64Decoder decoder(text);
    return {std::istreambuf_iterator<char>(decoder), {}};
}

Sample sampleIn(api::JsonFields& fields)
{
    Sample sample;
    if (fields.choice("direction", Directions) == 1)
        sample.direction = Direction::UpstreamToClient;
    const auto text = fields.optionalText("text", {.least = 0, .most = MostMessageBytes});
    const auto base64 = fields.optionalText("base64", {.least = 0, .most = MostMessageBytes * 2});
    if (text.has_value() == base64.has_value())
        fields.wrong("text", "required", "say either text or base64");
    if (text)
        sample.content = *text;
    if (base64) {
        sample.kind = MessageKind::Binary;
        try {
            sample.content = binaryFrom(*base64);
        } catch (const Poco::Exception&) {
            fields.wrong("base64", "invalid", "is not base64");
        }
    }
    sample.wait = std::chrono::milliseconds(
        fields.optionalInteger("wait_ms", 0, MostWaitMilliseconds).value_or(0));
    fields.refuseOthers();
    return sample;
}

inspection::InspectionProfile writtenProfile(const std::string& json)
{
    try {
        auto profile = policy::readProfile(json);
        requireCompilable(profile);
        return profile;
    } catch (const policy::PolicyError& error) {
        throw fieldError(error);
    }
}

inspection::InspectionProfile profileIn(api::JsonFields& body, PolicyDesk& desk)
{
    const auto id = body.optionalText("profile_id", {.least = 1, .most = 100});
    if (const auto written = body.object("profile")) {
        try {
            return writtenProfile(api::textOf(written->raw()));
        } catch (const ApiError& error) {
            auto errors = error.errors();
            for (auto& each : errors)
                each.pointer = "/profile" + each.pointer;
            throw ApiError(std::move(errors));
        }
    }
    if (!id)
        throw ApiError({{"/profile", "required", "say which profile is tried"}});
    const auto draft = desk.draft();
    const auto& profiles = draft->document().profiles;
    const auto found = std::ranges::find(profiles, *id, &inspection::InspectionProfile::name);
    if (found == profiles.end())
        throw ApiError({{"/profile_id", "unknown", "is no profile of the draft"}});
    return *found;
}

void put(const Sample& sample, std::uint64_t number, inspection::ProfileRun& run)
{
    inspection::Message message;
    message.kind = sample.kind;
    message.number = number;
    message.frames = 1;
    run.onMessageBegin(sample.direction, message);
    message.payloadBytes = sample.content.size();
    message.contentBytes = sample.content.size();
    run.onContent(sample.direction, message, sample.content);
    run.onMessageEnd(sample.direction, message);
}

} // namespace

void WsTrialResource::addTo(api::Router& router)
{
    router.add("POST", "/ws-rules/test",
               api::Access::from(api::Role::HelpDesk).withBody(MostBodyBytes),
               [this](Call& call) { return run(call); });
}

Answer WsTrialResource::run(Call& call)
{
    auto& body = call.json(MostBodyBytes);
    const auto subprotocol = body.optionalText("subprotocol", {.least = 0, .most = 200});
    std::vector<Sample> samples;
    for (auto& each : body.objects("messages", MostMessages))
        samples.push_back(sampleIn(each));
    const inspection::CompiledProfile profile(profileIn(body, desk_));
    body.refuseOthers();
    body.throwIfWrong();

    const inspection::DigestKey key{}; // digests are not shown
    inspection::ScanScratch scratch;
    Found found;
    inspection::ProfileRun run(profile, key, scratch, found);
    auto now = std::chrono::steady_clock::now();
    run.setTime(now);
    run.begin(subprotocol.value_or(""), {});
    inspection::PerDirection<std::uint64_t> numbers;
    for (std::size_t index = 0; index < samples.size(); ++index) {
        const auto& sample = samples[index];
        now += sample.wait;
        run.setTime(now);
        found.beginMessage(index + 1);
        put(sample, ++numbers[sample.direction], run);
    }
    return found.answer();
}

} // namespace sallyport::admin
