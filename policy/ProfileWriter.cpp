#include "policy/ProfileWriter.h"

#include "policy/Quantity.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace sallyport::policy {
namespace {

using namespace inspection;

// A check's members, one after the other.
class CheckText {
public:
    explicit CheckText(JsonText& json) : json_(json) {}

    void text(std::string_view key, std::string_view value)
    {
        json_.key(key);
        json_.text(value);
    }
    void number(std::string_view key, std::uint64_t value) { json(key, std::to_string(value)); }
    void yes(std::string_view key) { json(key, "true"); }
    void texts(std::string_view key, const std::vector<std::string>& values)
    {
        std::vector<std::string> items;
        for (const auto& value : values)
            items.push_back(jsonString(value));
        json_.key(key);
        json_.list(items);
    }

    void operator()(const LargeMessage& large) { text("largerThan", sizeText(large.bytes)); }
    void operator()(const ManyMessages& many)
    {
        number(isPerSecond(many.per) ? "messagesPerSecond" : "messages", many.messages);
    }
    void operator()(const ManyBytes& many)
    {
        text(isPerSecond(many.per) ? "bytesPerSecond" : "bytes", sizeText(many.bytes));
    }
    void operator()(const UnwantedKind& unwanted) { text("kind", messageKindName(unwanted.kind)); }
    void operator()(const OtherSubprotocol& other) { texts("subprotocolNotIn", other.allowed); }
    void operator()(const OtherExtension& other) { texts("extensionNotIn", other.allowed); }
    void operator()(const BrokenFrames& broken)
    {
        std::vector<std::string> faults;
        for (const auto fault : broken.faults)
            faults.emplace_back(frameFaultName(fault));
        if (faults.empty())
            yes("broken");
        else
            texts("broken", faults);
    }
    void operator()(const NotInspectable&) { yes("notInspectable"); }
    void operator()(const Patterns& looked)
    {
        texts("patterns", looked.patterns);
        std::vector<std::string> kinds;
        if (looked.inText)
            kinds.emplace_back(messageKindName(MessageKind::Text));
        if (looked.inBinary)
            kinds.emplace_back(messageKindName(MessageKind::Binary));
        texts("in", kinds);
    }
    void operator()(const Beacon& beacon)
    {
        json_.key("beacon");
        json_.beginObject();
        number("messages", beacon.messages);
        text("bytes", sizeText(beacon.bytes));
        number("jitter", beacon.jitterPercent);
        text("least", durationText(beacon.least));
        json_.endObject();
    }

private:
    static bool isPerSecond(ManyMessages::Per per) { return per == ManyMessages::Per::Second; }
    void json(std::string_view key, std::string_view value)
    {
        json_.key(key);
        json_.value(value);
    }

    JsonText& json_;
};

void putCheck(JsonText& json, const Check& check)
{
    CheckText text(json);
    json.beginObject();
    text.text("name", check.name);
    if (check.direction)
        text.text("direction", checkDirectionName(*check.direction));
    std::visit(text, check.condition);
    text.text("action", checkActionName(check.action));
    if (check.action == CheckAction::Slow)
        text.text("rate", sizeText(check.slowBytesPerSecond));
    json.endObject();
}

} // namespace

void putProfile(JsonText& json, const InspectionProfile& profile)
{
    CheckText text(json);
    json.beginObject();
    text.text("name", profile.name);
    if (profile.holdBytes != 0)
        text.text("hold", sizeText(profile.holdBytes));
    if (profile.digests)
        text.yes("digests");
    if (profile.closeFrame)
        text.yes("closeFrame");
    json.key("checks");
    json.beginArray();
    for (const auto& check : profile.checks)
        putCheck(json, check);
    json.endArray();
    json.endObject();
}

void putProfiles(JsonText& json, const std::vector<InspectionProfile>& profiles)
{
    json.key("profiles");
    json.beginArray();
    for (const auto& profile : profiles)
        putProfile(json, profile);
    json.endArray();
}

} // namespace sallyport::policy
