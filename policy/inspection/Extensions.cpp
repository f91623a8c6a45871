#include "policy/inspection/Extensions.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace sallyport::policy::inspection {

namespace {

struct Parameter {
    std::string name;
    std::optional<std::string> value;
};

bool isTokenCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

std::string lower(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return text;
}

// The field's characters, one token or separator at a time; white space goes unseen.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) { skipSpace(); }

    [[nodiscard]] bool atEnd() const { return rest_.empty(); }
    [[nodiscard]] bool take(char separator)
    {
        if (!rest_.starts_with(separator))
            return false;
        rest_.remove_prefix(1);
        skipSpace();
        return true;
    }
    /// Empty: there is none.
    [[nodiscard]] std::string takeToken()
    {
        const auto end = std::ranges::find_if_not(rest_, isTokenCharacter);
        std::string token(rest_.begin(), end);
        rest_.remove_prefix(token.size());
        skipSpace();
        return token;
    }
    /// What is quoted must be a token too (RFC 6455 §9.1); empty: it is none.
    [[nodiscard]] std::string takeValue()
    {
        if (!rest_.starts_with('"'))
            return takeToken();
        std::string value;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                rest_.remove_prefix(at + 1);
                skipSpace();
                return std::ranges::all_of(value, isTokenCharacter) ? value : "";
            }
            if (rest_[at] == '\\' && ++at == rest_.size())
                break;
            value += rest_[at];
        }
        return "";
    }

private:
    void skipSpace()
    {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
    }

    std::string_view rest_;
};

// Nothing where the grammar is broken.
std::optional<std::vector<Parameter>> takeParameters(Cursor& cursor)
{
    std::vector<Parameter> parameters;
    while (cursor.take(';')) {
        Parameter parameter;
        parameter.name = lower(cursor.takeToken());
        if (cursor.take('='))
            parameter.value = cursor.takeValue();
        if (parameter.name.empty() || (parameter.value && parameter.value->empty()))
            return std::nullopt;
        parameters.push_back(std::move(parameter));
    }
    return parameters;
}

bool setWindowBits(DeflateTerms& terms, const std::optional<std::string>& value)
{
    for (std::uint8_t bits = 8; bits <= 15; ++bits)
        if (value == std::to_string(bits)) {
            terms.windowBits = bits;
            return true;
        }
    return false;
}

bool refuseContextTakeover(DeflateTerms& terms, const std::optional<std::string>& value)
{
    terms.contextTakeover = false;
    return !value;
}

// Whether it is one that RFC 7692 §7.1 knows, with a value that it allows in a response.
bool agree(Extensions& extensions, const Parameter& parameter)
{
    if (parameter.name == "server_no_context_takeover")
        return refuseContextTakeover(extensions.fromServer, parameter.value);
    if (parameter.name == "client_no_context_takeover")
        return refuseContextTakeover(extensions.fromClient, parameter.value);
    if (parameter.name == "server_max_window_bits")
        return setWindowBits(extensions.fromServer, parameter.value);
    if (parameter.name == "client_max_window_bits")
        return setWindowBits(extensions.fromClient, parameter.value);
    return false;
}

bool agreeDeflate(Extensions& extensions, std::vector<Parameter> parameters)
{
    if (std::exchange(extensions.deflate, true))
        return false;
    std::ranges::sort(parameters, {}, &Parameter::name);
    return std::ranges::adjacent_find(parameters, {}, &Parameter::name) == parameters.end() &&
           std::ranges::all_of(parameters, [&](const auto& one) { return agree(extensions, one); });
}

// Whether the field is correct and all that it names is known.
bool readField(Cursor cursor, Extensions& extensions)
{
    bool known = true;
    while (!cursor.atEnd()) {
        if (cursor.take(',')) // elements of a list may be empty (RFC 9110 §5.6.1.2)
            continue;
        auto name = lower(cursor.takeToken());
        if (name.empty())
            return false;
        extensions.names.push_back(std::move(name));
        auto parameters = takeParameters(cursor);
        if (!parameters || !(cursor.atEnd() || cursor.take(',')))
            return false;
        const bool isDeflate = extensions.names.back() == "permessage-deflate";
        known = isDeflate && agreeDeflate(extensions, std::move(*parameters)) && known;
    }
    return known;
}

} // namespace

Extensions parseExtensions(std::string_view value)
{
    Extensions extensions;
    if (readField(Cursor(value), extensions))
        return extensions;
    Extensions unknown;
    unknown.names = std::move(extensions.names);
    unknown.unknown = true;
    return unknown;
}

} // namespace sallyport::policy::inspection
