#include "admin/lists/Feed.h"

#include "admin/api/Answer.h"
#include "admin/api/TimeText.h"

#include <Poco/JSON/Parser.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace sallyport::admin::lists {
namespace {

using policy::BareName;
using policy::ListFormat;

constexpr std::chrono::seconds LeastInterval{300};
constexpr std::chrono::seconds MostInterval = std::chrono::hours(24 * 30);
/// After a try that failed, even of a feed that is fetched daily.
constexpr std::chrono::seconds RetryInterval = std::chrono::minutes(15);

constexpr std::array<std::string_view, 3> FormatNames{"plain", "hosts", "csv"};
constexpr std::array Formats{ListFormat::Plain, ListFormat::Hosts, ListFormat::Csv};
constexpr std::array<std::string_view, 3> SeparatorNames{"comma", "semicolon", "tab"};
constexpr std::array Separators{',', ';', '\t'};
constexpr std::array<std::string_view, 2> BareNameNames{"host", "with_subdomains"};
constexpr std::array BareNames{BareName::ThatHost, BareName::WithNamesBelow};

template <class Names, class Values>
auto valueNamed(const Names& names, const Values& values, std::string_view name)
    -> std::optional<typename Values::value_type>
{
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return values[static_cast<std::size_t>(found - names.begin())];
}

template <class Names, class Values, class Value>
std::string_view nameOf(const Names& names, const Values& values, Value value)
{
    return names[static_cast<std::size_t>(std::ranges::find(values, value) - values.begin())];
}

std::string textOrNull(Feed::Time time)
{
    return time == Feed::Time() ? "" : api::timeText(time);
}

void setTime(Poco::JSON::Object& json, const std::string& name, Feed::Time time)
{
    if (const auto text = textOrNull(time); !text.empty())
        json.set(name, text);
    else
        json.set(name, Poco::Dynamic::Var());
}

} // namespace

std::string_view formatName(ListFormat format)
{
    return nameOf(FormatNames, Formats, format);
}

std::optional<ListFormat> formatNamed(std::string_view name)
{
    return valueNamed(FormatNames, Formats, name);
}

std::string_view separatorName(char separator)
{
    return nameOf(SeparatorNames, Separators, separator);
}

std::optional<char> separatorNamed(std::string_view name)
{
    return valueNamed(SeparatorNames, Separators, name);
}

std::string_view bareNameName(BareName bareName)
{
    return nameOf(BareNameNames, BareNames, bareName);
}

std::optional<BareName> bareNameNamed(std::string_view name)
{
    return valueNamed(BareNameNames, BareNames, name);
}

policy::ListReading FileForm::reading() const
{
    policy::ListReading reading;
    reading.format = format;
    reading.bareName = bareName;
    reading.separator = separator;
    unsigned number = 0;
    const auto* const end = column.data() + column.size();
    if (const auto parsed = std::from_chars(column.data(), end, number);
        parsed.ec == std::errc() && parsed.ptr == end)
        reading.column = number;
    else
        reading.column = column;
    return reading;
}

Feed Feed::read(api::JsonFields& fields)
{
    Feed feed;
    feed.url = fields.text("url", {.least = 1, .most = 2000});
    if (!feed.url.empty() && !isFeedUrl(feed.url))
        fields.wrong("url", "invalid", "must be an http or https address without a password in it");
    if (const auto interval =
            fields.optionalInteger("interval_s", LeastInterval.count(), MostInterval.count()))
        feed.interval = std::chrono::seconds(*interval);
    if (const auto format = fields.optionalChoice("format", FormatNames))
        feed.form.format = Formats[*format];
    if (const auto column = fields.optionalText("column", {.least = 1, .most = 100}))
        feed.form.column = *column;
    if (const auto separator = fields.optionalChoice("separator", SeparatorNames))
        feed.form.separator = Separators[*separator];
    if (const auto bareName = fields.optionalChoice("bare_name", BareNameNames))
        feed.form.bareName = BareNames[*bareName];
    if (const auto percent = fields.optionalInteger("most_change_percent", 1, 1000))
        feed.mostChangePercent = static_cast<unsigned>(*percent);
    fields.refuseOthers();
    return feed;
}

std::optional<Feed> Feed::parse(const std::string& text)
{
    if (text.empty())
        return std::nullopt;
    api::JsonFields fields(Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>());
    auto feed = read(fields);
    fields.throwIfWrong();
    return feed;
}

std::string Feed::text() const
{
    return api::textOf(json());
}

Poco::JSON::Object Feed::json() const
{
    auto json = api::orderedObject();
    json.set("url", url);
    json.set("interval_s", interval.count());
    json.set("format", std::string(formatName(form.format)));
    json.set("column", form.column);
    json.set("separator", std::string(separatorName(form.separator)));
    json.set("bare_name", std::string(bareNameName(form.bareName)));
    json.set("most_change_percent", mostChangePercent);
    return json;
}

Feed::Time Feed::next(const db::ListDescription& description) const
{
    if (description.lastTry == Time())
        return {};
    const auto wait = description.lastError.empty() ? interval : std::min(interval, RetryInterval);
    return description.lastTry + wait;
}

std::string_view feedState(const Feed& feed, const db::ListDescription& description, Feed::Time now)
{
    if (description.lastTry == Feed::Time())
        return "waiting";
    if (description.lastSuccess + 2 * feed.interval < now)
        return description.lastSuccess == Feed::Time() ? "failed" : "stale";
    return description.lastError.empty() ? "fresh" : "failed";
}

std::string feedTrouble(const Feed& feed, const db::ListDescription& description, Feed::Time now)
{
    const auto state = feedState(feed, description, now);
    const auto why = description.lastError.empty() ? "." : ": " + description.lastError;
    if (state == "stale")
        return "It was fetched last at " + api::timeText(description.lastSuccess) +
               ", longer ago than twice its interval" + why;
    return state == "failed" ? "It could not be fetched" + why : "";
}

Poco::JSON::Object feedJson(const Feed& feed, const db::ListDescription& description,
                            Feed::Time now)
{
    auto json = feed.json();
    json.set("state", std::string(feedState(feed, description, now)));
    setTime(json, "last_try_at", description.lastTry);
    setTime(json, "last_success_at", description.lastSuccess);
    setTime(json, "next_at", std::max(feed.next(description), now));
    json.set("error", description.lastError);
    return json;
}

bool isFeedUrl(const std::string& url)
{
    try {
        const Poco::URI uri(url);
        return (uri.getScheme() == "http" || uri.getScheme() == "https") &&
               !uri.getHost().empty() && uri.getUserInfo().empty();
    } catch (const Poco::Exception&) {
        return false;
    }
}

} // namespace sallyport::admin::lists
