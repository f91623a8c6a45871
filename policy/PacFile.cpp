#include "policy/PacFile.h"

#include "policy/HostPattern.h"
#include "policy/Network.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string_view>

namespace sallyport::policy {
namespace {

// Everything but plain printable ASCII goes out escaped, and "<" too, in case the text is shown in
// a page.
std::string scriptString(std::string_view text)
{
    constexpr std::string_view Hex = "0123456789abcdef";
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const auto isPlain = byte >= 0x20 && byte < 0x7f;
        if (isPlain && !std::string_view("\"\\<>&'").contains(c))
            literal += c;
        else
            literal.append("\\x").append({Hex[byte >> 4], Hex[byte & 15]});
    }
    return literal + '"';
}

[[noreturn]] void refuseEntry(std::string_view entry, std::string_view why)
{
    throw std::invalid_argument("PAC: \"" + std::string(entry) + "\" " + std::string(why));
}

AddressBytes ipv4Mask(const Network& network)
{
    AddressBytes mask{};
    mask[10] = mask[11] = 0xff;
    for (unsigned bit = 96; bit < network.prefixBits; ++bit)
        mask[bit / 8] = static_cast<std::uint8_t>(mask[bit / 8] | (0x80U >> (bit % 8)));
    return mask;
}

std::string networkTest(std::string_view entry)
{
    const auto network = parseNetwork(entry);
    if (!network)
        refuseEntry(entry,
                    "is neither a host name, a suffix like \".corp.example\" nor an IPv4 network");
    if (!isIpv4(network->base) || network->prefixBits < 96)
        refuseEntry(entry, "is an IPv6 network, which PAC files cannot test for");
    return "isIpv4 && isInNet(name, " + scriptString(addressText(network->base)) + ", " +
           scriptString(addressText(ipv4Mask(*network))) + ")";
}

std::string hostTest(std::string_view entry, std::string_view name)
{
    const auto host = parseHostOrSuffix(name);
    if (!host || host->starts_with('*'))
        refuseEntry(entry,
                    "is neither a host name, a suffix like \".corp.example\" nor an IPv4 network");
    return "name === " + scriptString(*host);
}

std::string suffixTest(std::string_view entry)
{
    const auto name = entry.substr(1);
    const auto suffix = parseHostOrSuffix("*." + std::string(name));
    if (!suffix)
        refuseEntry(entry, "is not a suffix like \".corp.example\"");
    return hostTest(entry, name) + " || endsWith(name, " +
           scriptString(std::string_view(*suffix).substr(1)) + ")";
}

std::string directTest(std::string_view entry)
{
    if (entry.starts_with('.'))
        return suffixTest(entry);
    if (entry.contains('/'))
        return networkTest(entry);
    return hostTest(entry, entry);
}

constexpr std::string_view ScriptStart = R"pac(// Sallyport proxy auto-configuration
function endsWith(text, end) {
  return text.length >= end.length && text.substring(text.length - end.length) === end;
}

function FindProxyForURL(url, host) {
  var name = host.toLowerCase().replace(/^\[|\]$/g, "").replace(/\.$/, "");
  var octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  var isIpv4 = new RegExp("^" + octet + "(\\." + octet + "){3}$").test(name);
  if (name.indexOf(".") < 0 && name.indexOf(":") < 0) return "DIRECT";
)pac";

} // namespace

void checkPacScript(std::string_view script)
{
    if (script.size() > MaxPacScriptBytes)
        throw std::invalid_argument("PAC: the script is longer than " +
                                    std::to_string(MaxPacScriptBytes) + " bytes");
    if (script.contains('\0'))
        throw std::invalid_argument("PAC: the script has a NUL byte");
    if (!script.contains("FindProxyForURL"))
        throw std::invalid_argument("PAC: the script has no function FindProxyForURL");
}

void checkPacEntry(std::string_view entry)
{
    static_cast<void>(directTest(entry));
}

std::string writePac(const PacSettings& settings)
{
    if (!settings.script.empty())
        return settings.script;
    std::string script(ScriptStart);
    for (const auto& entry : settings.directSuffixes)
        script += "  if (" + directTest(entry) + ") return \"DIRECT\";\n";
    script += "  return " + scriptString("PROXY " + settings.proxy) + ";\n}\n";
    return script;
}

} // namespace sallyport::policy
