#include "audit/sink/SinkSpec.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace sallyport::audit::sink {
namespace {

struct Scheme {
    std::string_view name;
    Way way;
    Security security;
    std::uint16_t port;
    std::string_view format;
    std::string_view path; ///< where to POST to if the URL does not say
};
constexpr auto Schemes = std::to_array<Scheme>({
    {"file", Way::File, Security::Plain, 0, "jsonl", ""},
    {"syslog+udp", Way::SyslogUdp, Security::Plain, 514, "jsonl", ""},
    {"syslog+tcp", Way::SyslogTcp, Security::Plain, 601, "jsonl", ""},
    {"syslog+tls", Way::SyslogTls, Security::Tls, 6514, "jsonl", ""},
    {"hec+http", Way::Hec, Security::Plain, 8088, "jsonl", "/services/collector/event"},
    {"hec+https", Way::Hec, Security::Tls, 8088, "jsonl", "/services/collector/event"},
    {"elastic+http", Way::Elastic, Security::Plain, 9200, "ecs", ""},
    {"elastic+https", Way::Elastic, Security::Tls, 9200, "ecs", ""},
    {"http", Way::Http, Security::Plain, 80, "jsonl", "/"},
    {"https", Way::Http, Security::Tls, 443, "jsonl", "/"},
});

[[noreturn]] void refuse(const std::string& text)
{
    throw std::invalid_argument(text);
}

bool isName(std::string_view text)
{
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_';
    });
}

const Scheme& requireScheme(const std::string& name)
{
    const auto found = std::ranges::find(Schemes, name, &Scheme::name);
    if (found != Schemes.end())
        return *found;
    std::string text = "there is no kind of sink \"" + name + "\"; the kinds are";
    for (const Scheme& known : Schemes)
        ((text += &known == Schemes.data() ? " " : ", ") += known.name);
    refuse(text);
}

bool isSyslog(Way way)
{
    return way == Way::SyslogUdp || way == Way::SyslogTcp || way == Way::SyslogTls;
}

bool isHttp(Way way)
{
    return way == Way::Hec || way == Way::Elastic || way == Way::Http;
}

unsigned parseFacility(const std::string& text)
{
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number > 23)
        refuse("facility=" + text + " is not a number from 0 to 23");
    return number;
}

std::filesystem::path requirePath(const std::string& key, const std::string& value)
{
    if (!value.starts_with('/'))
        refuse(key + "=" + value + " is not a path that begins with /");
    return value;
}

void refuseOption(const std::string& key, const SinkSpec& spec)
{
    std::string text = "there is no option \"" + key + "\" for this sink; the options are ";
    text += "format, from";
    if (isSyslog(spec.way))
        text += ", facility";
    if (isHttp(spec.way))
        text += ", token-file";
    if (spec.peer.security == Security::Tls)
        text += ", ca, name, cert, key";
    refuse(text);
}

void setFrom(SinkSpec& spec, const std::string& value)
{
    if (value != "begin" && value != "now")
        refuse("from=" + value + " is neither begin nor now");
    spec.from = value == "begin" ? From::Begin : From::Now;
}

void setOption(SinkSpec& spec, const std::string& key, const std::string& value)
{
    const bool tls = spec.peer.security == Security::Tls;
    if (key == "format")
        spec.format = &format::requireFormat(value);
    else if (key == "from")
        setFrom(spec, value);
    else if (key == "facility" && isSyslog(spec.way))
        spec.facility = parseFacility(value);
    else if (key == "token-file" && isHttp(spec.way))
        spec.tokenFile = requirePath(key, value);
    else if (key == "ca" && tls)
        spec.peer.authority = requirePath(key, value);
    else if (key == "cert" && tls)
        spec.peer.own = requirePath(key, value);
    else if (key == "key" && tls)
        spec.peer.privateKey = requirePath(key, value);
    else if (key == "name" && tls)
        spec.peer.name = value;
    else
        refuseOption(key, spec);
}

void setPeer(SinkSpec& spec, const Scheme& scheme, const Poco::URI& uri)
{
    spec.peer.host = uri.getHost();
    if (spec.peer.host.starts_with('[') && spec.peer.host.ends_with(']'))
        spec.peer.host = spec.peer.host.substr(1, spec.peer.host.size() - 2);
    if (spec.peer.host.empty())
        refuse("the URL names no host");
    spec.peer.port = uri.getPort() != 0 ? uri.getPort() : scheme.port;
    spec.peer.security = scheme.security;
    spec.peer.name = spec.peer.host;
    const std::string path = uri.getPath();
    if (isHttp(spec.way))
        spec.path = path.empty() || path == "/" ? scheme.path : path;
    else if (!path.empty() && path != "/")
        refuse("a syslog server has no path");
    if (spec.way == Way::Elastic) {
        if (spec.path.empty())
            refuse("the path must name the index: elastic+http://HOST:9200/INDEX");
        spec.path += "/_bulk";
    }
}

void requireConsistent(const SinkSpec& spec)
{
    if (spec.peer.own.empty() != spec.peer.privateKey.empty())
        refuse("cert and key need each other");
    const bool json = spec.format->isJson();
    if (spec.way == Way::Elastic && !json)
        refuse("Elasticsearch takes JSON only: format=ecs, ocsf or jsonl");
    if (spec.format->appendHeader && spec.way != Way::File)
        refuse("format=" + std::string(spec.format->name) +
               " begins with a line of names: it is for files only");
}

Poco::URI parseUri(const std::string& url)
{
    try {
        return Poco::URI(url);
    } catch (const Poco::Exception&) {
        refuse("\"" + url + "\" is not a URL");
    }
}

} // namespace

SinkSpec parseSinkSpec(std::string_view text)
{
    const auto equals = text.find('=');
    SinkSpec spec;
    spec.name = text.substr(0, equals);
    if (equals == std::string_view::npos || !isName(spec.name))
        refuse("write NAME=URL, with a name of letters, digits, - and _");
    spec.url = text.substr(equals + 1);
    const Poco::URI uri = parseUri(spec.url);
    const Scheme& scheme = requireScheme(uri.getScheme());
    // The command line and the environment can be read by others.
    if (!uri.getUserInfo().empty())
        refuse("no user or password in the URL: write a token to a file, and token-file=PATH");
    spec.way = scheme.way;
    spec.format = &format::requireFormat(scheme.format);
    if (spec.way == Way::File)
        spec.file = requirePath("file", uri.getPath());
    else
        setPeer(spec, scheme, uri);
    for (const auto& [key, value] : uri.getQueryParameters())
        setOption(spec, key, value);
    requireConsistent(spec);
    return spec;
}

} // namespace sallyport::audit::sink
