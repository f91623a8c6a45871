#include "admin/live/SupportBundle.h"

#include "admin/api/Answer.h"
#include "admin/api/TimeText.h"
#include "db/Database.h"
#include "db/DatabaseError.h"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <regex>
#include <system_error>

namespace sallyport::admin::live {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t MostLogBytes = 256 * 1024;
constexpr std::string_view Removed = "REMOVED";

bool isSecretName(std::string_view name)
{
    constexpr std::array<std::string_view, 4> Words{"password", "secret", "token", "passphrase"};
    return std::ranges::any_of(
        Words, [name](std::string_view word) { return name.find(word) != name.npos; });
}

} // namespace

std::string withoutSecrets(std::string text)
{
    static const std::regex userInfo(R"(://[^/\s:@]*:[^/\s@]+@)");
    static const std::regex authorization(R"((Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+)",
                                          std::regex::icase);
    static const std::regex named(
        R"(((?:password|passphrase|secret|token|cookie)\w*["']?\s*[=:]\s*["']?)[^\s"',;}]+)",
        std::regex::icase);
    const std::string removed(Removed);
    text = std::regex_replace(text, userInfo, "://" + removed + "@");
    text = std::regex_replace(text, authorization, "$1 " + removed);
    return std::regex_replace(text, named, "$1" + removed);
}

Poco::JSON::Object SupportBundle::make() const
{
    auto json = api::orderedObject();
    json.set("made_at", api::timeText(std::chrono::system_clock::now()));
    json.set("version", std::string(SALLYPORT_VERSION));
    json.set("settings", settings());
    json.set("health", health_.json());
    json.set("policy", policy());
    json.set("databases", databases());
    json.set("metrics", metrics_.text());
    json.set("log", logLines());
    return json;
}

Poco::JSON::Object SupportBundle::settings() const
{
    auto json = api::orderedObject();
    if (sources_.settings)
        for (const auto& [name, value] : sources_.settings())
            json.set(name, isSecretName(name) && !value.empty() ? std::string(Removed)
                                                                : withoutSecrets(value));
    return json;
}

Poco::JSON::Object SupportBundle::policy() const
{
    auto json = api::orderedObject();
    const auto policy = proxy_.policy();
    if (!policy)
        return json;
    json.set("version", policy->version());
    const auto& document = policy->document();
    auto rules = api::orderedObject();
    for (std::size_t i = 0; i < document.layers.size(); ++i)
        rules.set(std::string(policy::layerName(static_cast<policy::Layer>(i))),
                  document.layers[i].size());
    json.set("rules", rules);
    Poco::JSON::Array lists;
    for (const auto& name : document.listsUsed())
        lists.add(name);
    json.set("lists", lists);
    json.set("profiles", document.profiles.size());
    json.set("tests", document.cases.size());
    return json;
}

Poco::JSON::Array SupportBundle::databases() const
{
    Poco::JSON::Array array;
    std::error_code error;
    for (fs::directory_iterator file(sources_.dataDirectory, error), last; !error && file != last;
         file.increment(error)) {
        if (file->path().extension() != ".db")
            continue;
        auto json = api::orderedObject();
        json.set("file", file->path().filename().string());
        std::error_code gone;
        json.set("bytes", file->file_size(gone));
        try {
            const auto database = db::Database::openReadOnly(file->path());
            json.set("schema_version", database.integer("PRAGMA user_version"));
        } catch (const db::DatabaseError& problem) {
            json.set("problem", std::string(problem.what()));
        }
        array.add(json);
    }
    return array;
}

Poco::JSON::Array SupportBundle::logLines() const
{
    Poco::JSON::Array array;
    std::ifstream file(sources_.logFile, std::ios::binary | std::ios::ate);
    if (sources_.logFile.empty() || !file)
        return array;
    const auto size = static_cast<std::uintmax_t>(file.tellg());
    const auto from = size > MostLogBytes ? size - MostLogBytes : 0;
    file.seekg(static_cast<std::streamoff>(from));
    std::vector<std::string> lines;
    std::string line;
    if (from > 0)
        std::getline(file, line); // the end of one
    while (std::getline(file, line))
        lines.push_back(std::move(line));
    const auto first = lines.size() > MostLogLines ? lines.size() - MostLogLines : 0;
    for (auto i = first; i < lines.size(); ++i)
        array.add(withoutSecrets(std::move(lines[i])));
    return array;
}

} // namespace sallyport::admin::live
