#include "audit/format/NestedJson.h"

#include "audit/format/Figures.h"
#include "db/JsonText.h"

#include <algorithm>

namespace sallyport::audit::format {
namespace {

constexpr std::string_view OfAList = "[]";

} // namespace

NestedJson::NestedJson(std::string& out) : out_(out)
{
    out_ += '{';
}

void NestedJson::finish()
{
    closeTo(0);
    out_ += "}\n";
}

void NestedJson::put(std::string_view path, std::string_view text)
{
    if (text.empty())
        return;
    begin(path);
    appendText(text);
}

void NestedJson::putNumber(std::string_view path, std::uint64_t number)
{
    begin(path);
    appendNumber(out_, number);
}

void NestedJson::putNumber(std::string_view path, const std::optional<std::uint64_t>& number)
{
    if (number)
        putNumber(path, *number);
}

void NestedJson::putKnown(std::string_view path, std::uint64_t number)
{
    if (number != 0)
        putNumber(path, number);
}

void NestedJson::putMilliseconds(std::string_view path,
                                 const std::optional<std::uint64_t>& microseconds)
{
    if (!microseconds)
        return;
    begin(path);
    appendThousandths(out_, *microseconds);
}

void NestedJson::putTruth(std::string_view path, bool truth)
{
    begin(path);
    out_ += truth ? "true" : "false";
}

void NestedJson::putHex(std::string_view path, std::span<const std::uint8_t> bytes)
{
    begin(path);
    out_ += '"';
    appendHex(out_, bytes);
    out_ += '"';
}

void NestedJson::begin(std::string_view path)
{
    std::size_t depth = enterAll(group_, enterAll(base_, 0));
    if (const auto dot = path.rfind('.'); dot != std::string_view::npos) {
        depth = enterAll(path.substr(0, dot), depth);
        path.remove_prefix(dot + 1);
    }
    closeTo(depth);
    open(path);
}

// Goes from `depth` into group within group, and says how deep that is.
std::size_t NestedJson::enterAll(std::string_view groups, std::size_t depth)
{
    while (!groups.empty()) {
        const auto dot = std::min(groups.find('.'), groups.size());
        depth = enterOne(groups.substr(0, dot), depth);
        groups.remove_prefix(std::min(dot + 1, groups.size()));
    }
    return depth;
}

std::size_t NestedJson::enterOne(std::string_view name, std::size_t depth)
{
    if (depth < depth_ && open_[depth] == name)
        return depth + 1;
    closeTo(depth);
    const bool list = name.ends_with(OfAList);
    open(list ? name.substr(0, name.size() - OfAList.size()) : name);
    out_ += list ? "[{" : "{";
    open_[depth_++] = name;
    return depth_;
}

void NestedJson::open(std::string_view name)
{
    if (!out_.ends_with('{'))
        out_ += ',';
    ((out_ += '"') += name) += "\":";
}

void NestedJson::closeTo(std::size_t depth)
{
    while (depth_ > depth)
        out_ += open_[--depth_].ends_with(OfAList) ? "}]" : "}";
}

void NestedJson::appendText(std::string_view text)
{
    db::appendJsonString(out_, text);
}

} // namespace sallyport::audit::format
