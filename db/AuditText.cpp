#include "db/AuditText.h"

namespace sallyport::db {

std::size_t utf8SequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) {
        return static_cast<unsigned char>(i < text.size() ? text[i] : 0);
    };
    const auto tail = [&](std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i)
            if (byte(i) < 0x80 || byte(i) > 0xbf)
                return false;
        return true;
    };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return text.empty() ? 0 : 1;
    if (lead >= 0xc2 && lead <= 0xdf)
        return tail(1, 2) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        // Neither overlong forms nor surrogates.
        if ((lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) > 0x9f))
            return 0;
        return tail(1, 3) ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if ((lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) > 0x8f))
            return 0;
        return tail(1, 4) ? 4 : 0;
    }
    return 0;
}

void appendToList(std::string& list, std::string_view text)
{
    if (!list.empty())
        list += ';';
    for (const char c : text) {
        if (c == ';' || c == '\\')
            list += '\\';
        list += c;
    }
}

std::vector<std::string> textsOfList(std::string_view list)
{
    std::vector<std::string> texts;
    if (list.empty())
        return texts;
    texts.emplace_back();
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i] == ';')
            texts.emplace_back();
        else if (list[i] == '\\' && i + 1 < list.size())
            texts.back() += list[++i];
        else
            texts.back() += list[i];
    }
    return texts;
}

} // namespace sallyport::db
