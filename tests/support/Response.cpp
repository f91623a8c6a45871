#include "support/Response.h"

#include <strings.h>

namespace sallyport::test {
namespace {

bool sameName(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace

std::vector<std::pair<std::string, std::string>> fieldsOf(std::string_view head)
{
    std::vector<std::pair<std::string, std::string>> fields;
    auto lineEnd = head.find("\r\n");
    while (lineEnd != std::string_view::npos) {
        head.remove_prefix(lineEnd + 2);
        lineEnd = head.find("\r\n");
        const std::string_view line = head.substr(0, lineEnd);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        std::string_view value = line.substr(colon + 1);
        while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
            value.remove_prefix(1);
        fields.emplace_back(line.substr(0, colon), value);
    }
    return fields;
}

std::vector<std::string> fieldValues(std::string_view head, std::string_view name)
{
    std::vector<std::string> values;
    for (const auto& [fieldName, value] : fieldsOf(head)) {
        if (sameName(fieldName, name))
            values.push_back(value);
    }
    return values;
}

Response Response::fromHead(std::string head)
{
    Response response;
    const auto space = head.find(' ');
    if (head.starts_with("HTTP/") && space != std::string::npos)
        response.status = std::atoi(head.c_str() + space + 1);
    response.fields = fieldsOf(head);
    response.head = std::move(head);
    return response;
}

std::string Response::field(std::string_view name) const
{
    std::string joined;
    for (const auto& [fieldName, value] : fields) {
        if (sameName(fieldName, name))
            joined += (joined.empty() ? "" : ", ") + value;
    }
    return joined;
}

std::size_t Response::count(std::string_view name) const
{
    std::size_t found = 0;
    for (const auto& [fieldName, value] : fields)
        found += sameName(fieldName, name) ? 1 : 0;
    return found;
}

std::size_t Response::contentLength() const
{
    return std::stoull(field("Content-Length"));
}

Response::Framing Response::framing(std::string_view method) const
{
    const bool interim = status >= 100 && status < 200;
    const bool tunnel = method == "CONNECT" && status >= 200 && status < 300;
    if (interim || tunnel || method == "HEAD" || status == 204 || status == 304)
        return Framing::None;
    if (sameName(field("Transfer-Encoding"), "chunked"))
        return Framing::Chunked;
    return count("Content-Length") > 0 ? Framing::Length : Framing::UntilClose;
}

std::string Response::proxyError() const
{
    const std::string value = field("Proxy-Status");
    const auto start = value.find("error=");
    if (start == std::string::npos)
        return "";
    return value.substr(start + 6, value.find_first_of(";, ", start) - start - 6);
}

} // namespace sallyport::test
