#include "policy/JsonText.h"

#include <Poco/JSONString.h>

namespace sallyport::policy {
namespace {

constexpr std::size_t Indent = 2;
constexpr std::size_t MaxListBytes = 80;

} // namespace

std::string jsonString(std::string_view text)
{
    return Poco::toJSON(std::string(text));
}

void JsonText::key(std::string_view name)
{
    startItem();
    out_.append(jsonString(name)).append(": ");
}

void JsonText::value(std::string_view json)
{
    startItem();
    out_ += json;
}

void JsonText::list(const std::vector<std::string>& items)
{
    std::string line;
    for (const auto& item : items)
        line.append(line.empty() ? "" : ", ").append(item);
    if (line.size() <= MaxListBytes || layout_ == Layout::OneLine) {
        value('[' + line + ']');
        return;
    }
    beginArray();
    for (const auto& item : items)
        value(item);
    endArray();
}

void JsonText::begin(char bracket)
{
    startItem();
    out_ += bracket;
    ++depth_;
}

void JsonText::end(char bracket)
{
    --depth_;
    if (out_.back() != '{' && out_.back() != '[')
        startLine();
    out_ += bracket;
}

// A value behind its key stays on the line; anything else begins one, with a comma after another.
void JsonText::startItem()
{
    if (out_.empty() || out_.ends_with(": "))
        return;
    if (out_.back() != '{' && out_.back() != '[')
        out_ += ',';
    startLine();
}

void JsonText::startLine()
{
    if (layout_ == Layout::OneLine)
        return;
    out_.append("\n").append(depth_ * Indent, ' ');
}

} // namespace sallyport::policy
