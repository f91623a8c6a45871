#include "admin/live/BundleResource.h"

#include <Poco/UUIDGenerator.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

namespace sallyport::admin::live {

namespace fs = std::filesystem;

namespace {

/// Ids are ours: anything else is no name of a file.
bool isId(const std::string& text)
{
    return text.size() == 36 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
           });
}

} // namespace

void BundleResource::addTo(api::Router& router)
{
    const auto access = api::Access::from(api::Role::Admin);
    router.add("POST", "/health/bundle", access, [this](api::Call& call) { return start(call); });
    router.add("GET", "/health/bundle/{id}/file", access,
               [this](api::Call& call) { return file(call); });
}

api::Answer BundleResource::start(const api::Call& call)
{
    trail_.record(call.caller(),
                  {.action = "health.bundle", .object = {}, .before = {}, .after = {}, .note = {}});
    return api::accepted(jobs_.start(call.caller(), "support-bundle",
                                     [this](api::Jobs::Progress&) { return write(); }));
}

Poco::JSON::Object BundleResource::write() const
{
    const auto text = api::textOf(bundle_.make());
    fs::create_directories(folder_);
    fs::permissions(folder_, fs::perms::owner_all);
    deleteOld();
    const auto id = Poco::UUIDGenerator().createRandom().toString();
    const auto path = folder_ / (id + ".json");
    {
        std::ofstream file(path, std::ios::binary);
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
        file << text;
        if (!file.flush())
            throw std::system_error(std::make_error_code(std::errc::io_error),
                                    "the support bundle cannot be written to " + path.string());
    }
    auto json = api::orderedObject();
    json.set("id", id);
    json.set("file", "/health/bundle/" + id + "/file");
    json.set("bytes", std::to_string(text.size()));
    return json;
}

void BundleResource::deleteOld() const
{
    std::vector<fs::directory_entry> files;
    for (const auto& file : fs::directory_iterator(folder_))
        files.push_back(file);
    std::ranges::sort(files, std::ranges::greater(),
                      [](const fs::directory_entry& file) { return file.last_write_time(); });
    for (std::size_t i = MostKept - 1; i < files.size(); ++i)
        fs::remove(files[i]);
}

api::Answer BundleResource::file(const api::Call& call) const
{
    const auto& id = call.inPath("id");
    std::ifstream file(folder_ / (id + ".json"), std::ios::binary);
    if (!isId(id) || !file)
        throw api::ApiError(api::ProblemKind::NotFound,
                            "There is no such support bundle. Make another one.");
    auto answer = api::jsonAnswer(
        std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()));
    answer.with("Content-Disposition", "attachment; filename=\"sallyport-support.json\"");
    return answer;
}

} // namespace sallyport::admin::live
