#include "admin/pac/PacChange.h"

#include "policy/PolicyDocument.h"

#include <array>
#include <string>

namespace sallyport::admin::pac {
namespace {

using api::ApiError;

constexpr std::array<std::string_view, 3> ModeNames{"from_settings", "generated", "hand_written"};
constexpr std::size_t MostDirect = 1000;

// Where in the body stands what a document reader complains about: "pac.direct[3]: …".
std::string pointerFor(std::string_view complaint)
{
    constexpr std::string_view Direct = "pac.direct[";
    if (complaint.starts_with(Direct)) {
        const auto rest = complaint.substr(Direct.size());
        return "/settings/direct/" + std::string(rest.substr(0, rest.find(']')));
    }
    if (complaint.starts_with("pac.proxy"))
        return "/settings/proxy";
    return complaint.starts_with("pac.script") ? "/text" : "";
}

std::string withoutPlace(std::string_view complaint)
{
    const auto colon = complaint.find(": ");
    return std::string(colon == complaint.npos ? complaint : complaint.substr(colon + 2));
}

// As a document has it: what it cannot have is refused here, and the rest has its one spelling.
policy::PacSettings spelled(const policy::PacSettings& pac)
{
    policy::PolicyDocument document;
    document.pac = pac;
    try {
        return policy::PolicyDocument::parse(document.toJson()).pac.value();
    } catch (const policy::PolicyError& problem) {
        throw ApiError({{pointerFor(problem.what()), "invalid", withoutPlace(problem.what())}});
    }
}

} // namespace

std::string_view modeName(PacMode mode)
{
    return ModeNames[static_cast<std::size_t>(mode)];
}

PacMode modeOf(const std::optional<policy::PacSettings>& pac)
{
    if (!pac)
        return PacMode::FromSettings;
    return pac->script.empty() ? PacMode::Generated : PacMode::HandWritten;
}

PacChange PacChange::read(api::JsonFields& fields)
{
    PacChange change;
    change.mode = static_cast<PacMode>(fields.choice("mode", ModeNames));
    if (auto settings = fields.object("settings")) {
        change.settings_ = Settings::Given;
        change.given.proxy = settings->optionalText("proxy").value_or("");
        change.given.directSuffixes = settings->texts("direct", MostDirect, {});
        settings->refuseOthers();
    }
    const auto text = fields.optionalText("text", {.least = 0, .most = policy::MaxPacScriptBytes});
    if (change.mode == PacMode::HandWritten) {
        change.given.script = text.value_or("");
        if (change.given.script.empty())
            fields.wrong("text", "required", "write the file, or choose another mode");
    } else if (change.mode == PacMode::Generated && change.settings_ == Settings::Missing) {
        fields.wrong("settings", "required", "say the proxy and what is reached without it");
    }
    fields.refuseOthers();
    fields.throwIfWrong();
    change.given = spelled(change.given);
    return change;
}

std::optional<policy::PacSettings>
PacChange::appliedTo(const std::optional<policy::PacSettings>& before) const
{
    if (mode == PacMode::FromSettings)
        return std::nullopt;
    if (settings_ == Settings::Given || !before)
        return given;
    auto pac = *before;
    pac.script = given.script;
    return pac;
}

} // namespace sallyport::admin::pac
