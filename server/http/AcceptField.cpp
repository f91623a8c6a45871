#include "http/AcceptField.h"

#include "http/FieldList.h"

#include <algorithm>

namespace sallyport::http {

namespace {

// A more exact media range overrides a less exact one, whatever their weights.
enum Exactness : int { NotNamed, AnyType, AnyText, Named };

struct Preference {
    Exactness exactness = NotNamed;
    int thousandths = 0;

    void offer(Exactness offered, int weight)
    {
        if (offered > exactness)
            *this = {offered, weight};
    }
};

// RFC 9110 section 12.4.2; what is malformed weighs nothing.
int parseWeight(std::string_view text)
{
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
        (text.size() > 1 && text[1] != '.'))
        return 0;
    int thousandths = (text[0] - '0') * 1000;
    int place = 100;
    for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (!isOf(DigitCharacter, c))
            return 0;
        thousandths += (c - '0') * place;
        place /= 10;
    }
    return std::min(thousandths, 1000);
}

int weightOf(std::string_view parameters)
{
    while (!parameters.empty()) {
        const auto end = parameters.find(';');
        const auto parameter = trimmed(parameters.substr(0, end));
        if (parameter.size() >= 2 && lowerCase(parameter[0]) == 'q' && parameter[1] == '=')
            return parseWeight(parameter.substr(2));
        if (end == std::string_view::npos)
            break;
        parameters.remove_prefix(end + 1);
    }
    return 1000;
}

} // namespace

PageKind preferredPage(std::string_view acceptValue)
{
    Preference html;
    Preference plain;
    forEachListElement(acceptValue, [&html, &plain](std::string_view element) {
        const auto typeEnd = element.find(';');
        const auto type = trimmed(element.substr(0, typeEnd));
        const auto weight =
            typeEnd == std::string_view::npos ? 1000 : weightOf(element.substr(typeEnd + 1));
        if (equalsIgnoringCase(type, "text/html")) {
            html.offer(Named, weight);
        } else if (equalsIgnoringCase(type, "text/plain")) {
            plain.offer(Named, weight);
        } else if (equalsIgnoringCase(type, "text/*") || type == "*/*") {
            const auto exactness = type == "*/*" ? AnyType : AnyText;
            html.offer(exactness, weight);
            plain.offer(exactness, weight);
        }
    });
    if (html.thousandths != plain.thousandths)
        return html.thousandths > plain.thousandths ? PageKind::Html : PageKind::Plain;
    return html.exactness == Named && html.thousandths > 0 ? PageKind::Html : PageKind::Plain;
}

} // namespace sallyport::http
