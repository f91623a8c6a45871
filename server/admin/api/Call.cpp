#include "admin/api/Call.h"

#include "policy/Ascii.h"

#include <Poco/JSON/JSONException.h>
#include <Poco/JSON/Parser.h>

#include <algorithm>
#include <charconv>
#include <istream>
#include <stdexcept>

namespace sallyport::admin::api {
namespace {

constexpr std::size_t MostDepth = 32;

std::string mediaTypeOf(std::string_view field)
{
    auto type = policy::inLowerCase(field.substr(0, field.find(';')));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    return type;
}

[[noreturn]] void refuseSize(std::size_t mostBytes)
{
    throw ApiError(ProblemKind::TooLarge,
                   "The body may have at most " + std::to_string(mostBytes) + " bytes.");
}

} // namespace

std::string_view Call::field(const std::string& name) const
{
    const auto found = parts_.fields.find(name);
    return found == parts_.fields.end() ? std::string_view() : found->second;
}

const std::string& Call::inPath(std::string_view name) const
{
    const auto found =
        std::ranges::find(inPath_, name, &std::pair<std::string, std::string>::first);
    if (found == inPath_.end())
        throw std::logic_error("the route has no {" + std::string(name) + '}');
    return found->second;
}

std::optional<std::string> Call::query(std::string_view name) const
{
    std::optional<std::string> last;
    for (const auto& [key, value] : parts_.query)
        if (key == name)
            last = value;
    return last;
}

std::vector<std::string> Call::queryAll(std::string_view name) const
{
    std::vector<std::string> all;
    for (const auto& [key, value] : parts_.query)
        if (key == name)
            all.push_back(value);
    return all;
}

std::optional<std::int64_t> Call::queryInteger(std::string_view name, std::int64_t least,
                                               std::int64_t most) const
{
    const auto text = query(name);
    if (!text)
        return std::nullopt;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (error != std::errc() || end != text->data() + text->size() || number < least ||
        number > most)
        throw ApiError({{'?' + std::string(name), "range",
                         "must be a whole number from " + std::to_string(least) + " to " +
                             std::to_string(most)}});
    return number;
}

std::size_t Call::limit(std::size_t standard) const
{
    const auto given = queryInteger("limit", 1, MostOnPage);
    return given ? static_cast<std::size_t>(*given) : standard;
}

void Call::allowQuery(std::initializer_list<std::string_view> names) const
{
    std::vector<FieldError> errors;
    for (const auto& [key, value] : parts_.query)
        if (std::ranges::find(names, key) == names.end())
            errors.push_back({'?' + key, "unknown", "is not known here"});
    if (!errors.empty())
        throw ApiError(std::move(errors));
}

std::string Call::text(std::size_t mostBytes)
{
    if (!parts_.body)
        return {};
    if (parts_.bodyBytes && *parts_.bodyBytes > mostBytes)
        refuseSize(mostBytes);
    std::string text;
    char buffer[8192];
    while (parts_.body->read(buffer, sizeof buffer) || parts_.body->gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(parts_.body->gcount()));
        if (text.size() > mostBytes)
            refuseSize(mostBytes);
    }
    if (parts_.bodyBytes && text.size() != *parts_.bodyBytes)
        throw ApiError(ProblemKind::BadRequest, "The body ended before its length.");
    return text;
}

JsonFields& Call::json(std::size_t mostBytes)
{
    if (json_)
        return *json_;
    const auto body = text(mostBytes);
    if (body.empty())
        return json_.emplace(new Poco::JSON::Object(Poco::JSON_PRESERVE_KEY_ORDER));
    const auto type = mediaTypeOf(field("content-type"));
    if (type != "application/json" && type != "application/merge-patch+json")
        throw ApiError(ProblemKind::UnsupportedMediaType,
                       "Send the body as application/json and say so in Content-Type.");
    try {
        Poco::JSON::Parser parser(new Poco::JSON::ParseHandler(true)); // keeps the order of members
        parser.setDepth(MostDepth);
        return json_.emplace(parser.parse(body).extract<Poco::JSON::Object::Ptr>());
    } catch (const Poco::BadCastException&) {
        throw ApiError(ProblemKind::BadRequest, "The body must be a JSON object: { … }.");
    } catch (const Poco::Exception& problem) {
        throw ApiError(ProblemKind::BadRequest,
                       "The body is not valid JSON: " + problem.message() + '.');
    }
}

void Call::requireMatch(std::string_view tag) const
{
    const auto given = field("if-match");
    if (given.empty())
        throw ApiError(ProblemKind::PreconditionRequired,
                       "Say in If-Match which state the change goes by: the ETag that reading it "
                       "gave.");
    const auto quoted = '"' + std::string(tag) + '"';
    // A list of tags (RFC 9110 section 13.1.1); ours have no comma in them.
    std::size_t begin = 0;
    while (begin <= given.size()) {
        const auto end = std::min(given.find(',', begin), given.size());
        auto one = given.substr(begin, end - begin);
        while (one.starts_with(' '))
            one.remove_prefix(1);
        while (one.ends_with(' '))
            one.remove_suffix(1);
        if (one == quoted || one == "*")
            return;
        begin = end + 1;
    }
    throw ApiError(ProblemKind::Stale,
                   "It was changed since it was read. Read it again and decide anew.");
}

} // namespace sallyport::admin::api
