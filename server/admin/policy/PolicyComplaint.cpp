#include "admin/policy/PolicyComplaint.h"

#include "policy/HostPattern.h"
#include "policy/Policy.h"
#include "policy/PolicyDocument.h"
#include "policy/inspection/CompiledProfile.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sallyport::admin {
namespace {

namespace inspection = policy::inspection;

using policy::Conditions;
using policy::PolicyError;
using policy::Rule;

constexpr const char* Invalid = "invalid";
constexpr std::string_view Expression = "regex:";

// The columns whose values are compiled.
struct Column {
    const char* name;
    std::vector<std::string> Conditions::*values;
};
constexpr Column Compiled[] = {
    {"host", &Conditions::host}, {"sni", &Conditions::sni}, {"origin", &Conditions::origin}};

void dropLists(Conditions& conditions)
{
    for (const auto& column : Compiled)
        std::erase_if(conditions.*column.values, [](const std::string& value) {
            return value.starts_with(policy::ListPrefix);
        });
    conditions.addressLists.clear();
}

std::optional<std::string> complaintOf(const Rule& rule)
{
    policy::PolicyDocument document;
    document.rows(rule.layer) = {rule};
    auto& alone = document.rows(rule.layer).front();
    dropLists(alone.when);
    dropLists(alone.except);
    alone.profile.clear();
    try {
        static_cast<void>(policy::Policy::compile(std::move(document), 0));
    } catch (const PolicyError& error) {
        return error.what();
    }
    return std::nullopt;
}

std::optional<std::string> complaintOf(const inspection::InspectionProfile& profile)
{
    try {
        const inspection::CompiledProfile compiled(profile);
    } catch (const PolicyError& error) {
        return error.what();
    }
    return std::nullopt;
}

// One value alone in a rule that says nothing else.
std::optional<std::string> complaintOf(const Column& column, const std::string& value)
{
    Rule rule;
    rule.when.*column.values = {value};
    return complaintOf(rule);
}

void requireCompilableConditions(const Conditions& conditions, const std::string& pointer)
{
    for (const auto& column : Compiled) {
        const auto& values = conditions.*column.values;
        for (std::size_t index = 0; index < values.size(); ++index) {
            if (!values[index].starts_with(Expression))
                continue;
            if (auto complaint = complaintOf(column, values[index]))
                throw api::ApiError({{pointer + '/' + column.name + '/' + std::to_string(index),
                                      Invalid, std::move(*complaint)}});
        }
    }
    for (std::size_t index = 0; index < conditions.time.size(); ++index) {
        Rule rule;
        rule.when.time = {conditions.time[index]};
        if (auto complaint = complaintOf(rule))
            throw api::ApiError(
                {{pointer + "/time/" + std::to_string(index), Invalid, std::move(*complaint)}});
    }
}

void noteUnknownLists(const Conditions& conditions, const std::string& pointer,
                      const std::vector<std::string>& known, std::vector<api::FieldError>& errors)
{
    const auto note = [&](const std::string& name, const std::string& column, std::size_t index) {
        if (std::ranges::find(known, name) == known.end())
            errors.push_back({pointer + '/' + column + '/' + std::to_string(index), "unknown",
                              "There is no destination list \"" + name + "\"."});
    };
    for (const auto& column : Compiled) {
        const auto& values = conditions.*column.values;
        for (std::size_t index = 0; index < values.size(); ++index)
            if (values[index].starts_with(policy::ListPrefix))
                note(values[index].substr(policy::ListPrefix.size()), column.name, index);
    }
    // As the document writes them: behind the networks.
    for (std::size_t index = 0; index < conditions.addressLists.size(); ++index)
        note(conditions.addressLists[index], "address", conditions.address.size() + index);
}

} // namespace

api::ApiError fieldError(const PolicyError& error)
{
    return api::ApiError({{error.where().field, Invalid, error.complaint()}});
}

api::ApiError documentError(const PolicyError& error)
{
    return api::ApiError({{error.where().row + error.where().field, Invalid, error.what()}});
}

void requireCompilable(const Rule& rule)
{
    if (!complaintOf(rule))
        return;
    requireCompilableConditions(rule.when, "/when");
    requireCompilableConditions(rule.except, "/when/not");
    throw api::ApiError({{"", Invalid, *complaintOf(rule)}});
}

void requireCompilable(const policy::inspection::InspectionProfile& profile)
{
    const auto whole = complaintOf(profile);
    if (!whole)
        return;
    for (std::size_t check = 0; check < profile.checks.size(); ++check) {
        const auto* looked = std::get_if<inspection::Patterns>(&profile.checks[check].condition);
        if (!looked)
            continue;
        for (std::size_t index = 0; index < looked->patterns.size(); ++index) {
            auto alone = profile;
            alone.checks = {profile.checks[check]};
            std::get<inspection::Patterns>(alone.checks.front().condition).patterns = {
                looked->patterns[index]};
            if (auto complaint = complaintOf(alone))
                throw api::ApiError(
                    {{"/checks/" + std::to_string(check) + "/patterns/" + std::to_string(index),
                      Invalid, std::move(*complaint)}});
        }
    }
    throw api::ApiError({{"/checks", Invalid, *whole}});
}

void requireLists(const Rule& rule, const std::vector<std::string>& known)
{
    std::vector<api::FieldError> errors;
    noteUnknownLists(rule.when, "/when", known, errors);
    noteUnknownLists(rule.except, "/when/not", known, errors);
    if (!errors.empty())
        throw api::ApiError(std::move(errors));
}

} // namespace sallyport::admin
