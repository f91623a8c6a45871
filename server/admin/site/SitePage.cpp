#include "admin/site/SitePage.h"

#include <algorithm>
#include <string>

namespace sallyport::admin::site {
namespace {

const UiFile* fileAt(std::span<const UiFile> files, std::string_view path)
{
    const auto found = std::ranges::find(files, path, &UiFile::path);
    return found == files.end() ? nullptr : &*found;
}

// A page's address may have dots in it: "/rules/versions/1..2", "/audit?q=a.example".
bool isPageName(std::string_view path)
{
    constexpr std::string_view Endings[] = {".js",  ".css",  ".map", ".svg",   ".png",
                                            ".ico", ".json", ".txt", ".woff2", ".html"};
    return !path.starts_with("/assets/") &&
           std::ranges::none_of(Endings, [&](auto ending) { return path.ends_with(ending); });
}

// RFC 9110 section 12.5.3; "q=0" is the only weight that matters to us.
bool accepts(std::string_view field, std::string_view coding)
{
    std::size_t begin = 0;
    while (begin < field.size()) {
        const auto end = std::min(field.find(',', begin), field.size());
        auto item = field.substr(begin, end - begin);
        begin = end + 1;
        while (item.starts_with(' '))
            item.remove_prefix(1);
        const auto semicolon = item.find(';');
        auto name = item.substr(0, semicolon);
        while (name.ends_with(' '))
            name.remove_suffix(1);
        const auto weight =
            semicolon == std::string_view::npos ? std::string_view() : item.substr(semicolon);
        const bool never = weight.find("q=0") != std::string_view::npos &&
                           weight.find_first_of("123456789") == std::string_view::npos;
        if (name == coding)
            return !never;
    }
    return false;
}

} // namespace

SitePage sitePage(std::span<const UiFile> files, std::string_view path,
                  std::string_view acceptEncoding)
{
    const auto* file = fileAt(files, path);
    if (!file && isPageName(path))
        file = fileAt(files, "/index.html");
    if (!file)
        return {};
    if (!file->brotli.empty() && accepts(acceptEncoding, "br"))
        return {file, file->brotli, "br"};
    if (!file->gzip.empty() && accepts(acceptEncoding, "gzip"))
        return {file, file->gzip, "gzip"};
    return {file, file->plain, ""};
}

} // namespace sallyport::admin::site
