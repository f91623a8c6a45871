// KeyValues: pairs of a key and a value, one behind the other, as CEF and LEEF have them.
#pragma once

#include "audit/format/Figures.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sallyport::audit::format {

class KeyValues {
public:
    /// Appends a value as the format escapes it.
    using AppendValue = void (*)(std::string& out, std::string_view text);

    KeyValues(std::string& out, char separator, AppendValue appendValue)
        : out_(out), separator_(separator), appendValue_(appendValue)
    {}

    /// Nothing for an empty text.
    void put(std::string_view key, std::string_view text)
    {
        if (text.empty())
            return;
        begin(key);
        appendValue_(out_, text);
    }
    void putNumber(std::string_view key, std::uint64_t number)
    {
        begin(key);
        appendNumber(out_, number);
    }
    /// Nothing for 0.
    void putKnown(std::string_view key, std::uint64_t number)
    {
        if (number != 0)
            putNumber(key, number);
    }

private:
    void begin(std::string_view key)
    {
        if (!first_)
            out_ += separator_;
        first_ = false;
        (out_ += key) += '=';
    }

    std::string& out_;
    const char separator_;
    const AppendValue appendValue_;
    bool first_ = true;
};

} // namespace sallyport::audit::format
