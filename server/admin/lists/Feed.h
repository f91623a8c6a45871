// Feed: where a destination list is fetched from, how often, and how its file is read. A value.
#pragma once

#include "admin/api/JsonFields.h"
#include "db/ListDescriptions.h"
#include "policy/ListReader.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport::admin::lists {

/// How the file of a list is to be read, in the API's words.
struct FileForm {
    policy::ListFormat format = policy::ListFormat::Plain;
    std::string column = "1"; ///< csv: number from 1, or name
    char separator = ',';
    policy::BareName bareName = policy::BareName::ThatHost;

    [[nodiscard]] policy::ListReading reading() const;

    friend bool operator==(const FileForm&, const FileForm&) = default;
};

/// "plain", "hosts", "csv".
[[nodiscard]] std::string_view formatName(policy::ListFormat);
[[nodiscard]] std::optional<policy::ListFormat> formatNamed(std::string_view);
/// "comma", "semicolon", "tab".
[[nodiscard]] std::string_view separatorName(char);
[[nodiscard]] std::optional<char> separatorNamed(std::string_view);
/// "host", "with_subdomains".
[[nodiscard]] std::string_view bareNameName(policy::BareName);
[[nodiscard]] std::optional<policy::BareName> bareNameNamed(std::string_view);

struct Feed {
    using Time = db::ListDescription::Time;

    std::string url;
    std::chrono::seconds interval{std::chrono::hours(24)};
    FileForm form;
    unsigned mostChangePercent = 30; ///< of the number of entries

    /// Notes in `fields` what is wrong.
    [[nodiscard]] static Feed read(api::JsonFields& fields);
    /// Of text(). Nothing for an empty text.
    [[nodiscard]] static std::optional<Feed> parse(const std::string& text);
    /// As it is stored; equal feeds have equal texts.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] Poco::JSON::Object json() const;

    /// When it is to be fetched next; the begin of time: it never was.
    [[nodiscard]] Time next(const db::ListDescription& description) const;

    friend bool operator==(const Feed&, const Feed&) = default;
};

/// How it goes: "waiting", "fresh", "failed" or "stale".
[[nodiscard]] std::string_view feedState(const Feed& feed, const db::ListDescription& description,
                                         Feed::Time now);
/// What is wrong with it, as a sentence; empty: nothing is.
[[nodiscard]] std::string feedTrouble(const Feed& feed, const db::ListDescription& description,
                                      Feed::Time now);

/// The feed with how it goes: "waiting", "fresh", "failed" or "stale" at the time `now`.
[[nodiscard]] Poco::JSON::Object feedJson(const Feed& feed, const db::ListDescription& description,
                                          Feed::Time now);

/// An http or https address with a host, and without a password.
[[nodiscard]] bool isFeedUrl(const std::string& url);

} // namespace sallyport::admin::lists
