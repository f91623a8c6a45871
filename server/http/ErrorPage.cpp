#include "http/ErrorPage.h"

namespace sallyport::http {

namespace {

std::string_view headline(int status)
{
    switch (status) {
    case 400:
        return "The request could not be understood";
    case 403:
        return "Access to this destination is not allowed";
    case 407:
        return "Please sign in to the proxy";
    case 408:
        return "The request took too long to arrive";
    case 413:
        return "The upload is too large";
    case 414:
        return "The address is too long";
    case 431:
        return "The request's headers are too large";
    case 501:
        return "The proxy does not support this kind of request";
    case 502:
        return "The destination could not be reached";
    case 503:
        return "The proxy cannot take this request right now";
    case 504:
        return "The destination did not answer in time";
    case 505:
        return "This version of HTTP is not spoken here";
    case 508:
        return "The request came back to the proxy that sent it";
    default:
        return "The proxy could not carry out this request";
    }
}

constexpr std::string_view PageBegin = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<style>
:root { --ground: #f4f5f7; --card: #fff; --text: #1d2330; --soft: #5b6472; --line: #dfe2e8; --mark: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171c; --card: #1d2128; --text: #e7e9ee; --soft: #9aa3b2; --line: #323844; --mark: #f2857c; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem;
  background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 38rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-top: 4px solid var(--mark); border-radius: 10px; }
.status { margin: 0; color: var(--mark); font-size: .875rem; font-weight: 600; }
h1 { margin: .25rem 0 1rem; font-size: 1.5rem; line-height: 1.25; }
.words { padding-left: 1rem; border-left: 3px solid var(--line); overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 1.5rem 0 0;
  padding-top: 1.25rem; border-top: 1px solid var(--line); }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font: .9375rem ui-monospace, monospace; user-select: all; }
small { display: block; color: var(--soft); }
</style>
<title>)";

constexpr std::string_view PageEnd = "</dl>\n</main>\n</body>\n</html>\n";

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void appendEscaped(std::string_view text, std::string& out)
{
    for (const char c : text) {
        switch (c) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\'':
            out += "&#39;";
            break;
        default:
            out += isControl(c) ? ' ' : c;
        }
    }
}

void appendPlain(std::string_view text, std::string& out)
{
    for (const char c : text)
        out += isControl(c) ? ' ' : c;
}

/// Writes the text with `append`, and `separator` for each of its line feeds.
template <class Append>
void appendLines(std::string_view text, Append append, std::string_view separator, std::string& out)
{
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
        append(text.substr(0, end), out);
        out.append(separator);
        text.remove_prefix(end + 1);
    }
    append(text, out);
}

void appendStatus(int status, std::string& out)
{
    out.append(std::to_string(status)).append(" ").append(reasonPhrase(status));
}

void appendRow(std::string_view name, std::string_view value, std::string& out)
{
    if (value.empty())
        return;
    out.append("<dt>").append(name).append("</dt><dd>");
    appendEscaped(value, out);
    out.append("</dd>\n");
}

void appendPlainRow(std::string_view name, std::string_view value, std::string& out)
{
    if (value.empty())
        return;
    out.append(name);
    appendPlain(value, out);
    out += '\n';
}

std::string htmlPage(const Refusal& refusal)
{
    std::string page;
    page.reserve(4096);
    page.append(PageBegin).append(headline(refusal.status));
    page.append("</title>\n</head>\n<body>\n<main>\n<p class=\"status\">");
    appendStatus(refusal.status, page);
    page.append("</p>\n<h1>").append(headline(refusal.status)).append("</h1>\n<p>");
    appendEscaped(refusal.reason, page);
    page.append("</p>\n");
    if (!refusal.ruleText.empty()) {
        page.append("<p class=\"words\">");
        appendLines(refusal.ruleText, appendEscaped, "<br>\n", page);
        page.append("</p>\n");
    }
    page.append("<dl>\n");
    appendRow("Destination", refusal.host, page);
    appendRow("Rule", refusal.ruleName, page);
    if (!refusal.sessionId.empty()) {
        page.append("<dt>Session</dt><dd><code>");
        appendEscaped(refusal.sessionId, page);
        page.append("</code><small>Quote this to your help desk.</small></dd>\n");
    }
    page.append(PageEnd);
    return page;
}

std::string plainPage(const Refusal& refusal)
{
    std::string page;
    page.append(headline(refusal.status)).append(" (");
    appendStatus(refusal.status, page);
    page.append(")\n\n");
    appendPlainRow("", refusal.reason, page);
    page += '\n';
    if (!refusal.ruleText.empty()) {
        appendLines(refusal.ruleText, appendPlain, "\n", page);
        page.append("\n\n");
    }
    appendPlainRow("Destination: ", refusal.host, page);
    appendPlainRow("Rule:        ", refusal.ruleName, page);
    appendPlainRow("Session:     ", refusal.sessionId, page);
    if (!refusal.sessionId.empty())
        page.append("Quote the session to your help desk.\n");
    return page;
}

} // namespace

std::string errorPage(const Refusal& refusal, PageKind kind)
{
    return kind == PageKind::Html ? htmlPage(refusal) : plainPage(refusal);
}

} // namespace sallyport::http
