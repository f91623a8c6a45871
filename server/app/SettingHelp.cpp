// The two texts for people that are made from the table: --help and the example file.

#include "app/SettingTable.h"

#include <Poco/String.h>

#include <algorithm>

namespace sallyport::app {

namespace {

constexpr std::size_t LineWidth = 100;
constexpr std::size_t HelpColumn = 34;

std::string joinedDefaults(const SettingRow& row)
{
    return Poco::cat(std::string(", "), row.defaults.begin(), row.defaults.end());
}

std::string shownDefault(const SettingRow& row)
{
    return row.defaultNote.empty() ? joinedDefaults(row) : row.defaultNote;
}

std::string describe(const SettingRow& row)
{
    auto text = row.help;
    if (row.occurs == Occurs::Repeatedly)
        text += "; may be given several times";
    if (const auto shown = shownDefault(row); !shown.empty())
        text += " (default: " + shown + ')';
    return text;
}

/// Appends words to `out` and breaks lines before LineWidth; each new line starts with `indent`.
/// `column` is where the last line of `out` ends.
void appendWrapped(std::string& out, std::size_t column, std::string_view indent,
                   std::string_view text)
{
    std::string_view separator;
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (column + separator.size() + word.size() > LineWidth) {
            out.append("\n").append(indent);
            column = indent.size();
            separator = "";
        }
        out.append(separator).append(word);
        column += separator.size() + word.size();
        separator = " ";
    }
    out += '\n';
}

void appendOption(std::string& out, std::string_view option, std::string_view help)
{
    const std::string indent(HelpColumn, ' ');
    out.append("  ").append(option);
    auto column = 2 + option.size();
    if (column + 2 > HelpColumn) {
        out.append("\n").append(indent);
    } else {
        out.append(HelpColumn - column, ' ');
    }
    appendWrapped(out, HelpColumn, indent, help);
}

constexpr std::string_view Introduction = R"(Usage: sallyport serve [OPTION]...

Runs the proxy in the foreground until SIGTERM or SIGINT. SIGHUP reads the settings again.

Each option is also a line "option = value" in the file that --config names, and a variable of the
environment: --tunnel-idle is SALLYPORT_TUNNEL_IDLE. The command line counts before the environment,
the environment before the file, the file before the default. An option that may be given several
times takes values with commas between them, too.

DURATION is a number and a unit: 500ms, 10s, 5m, 24h, 1h30m.  SIZE is bytes, or 32KiB, 1MiB.
Options marked * take effect with the next start, all others with SIGHUP.
)";

constexpr std::string_view FileIntroduction = R"(# Settings of sallyport serve, for --config FILE.
#
# Lines are "option = value"; everything behind a # is a comment. Each setting is shown here with
# its default: to change one, take the # away. SIGHUP makes a running process read the file again;
# settings marked * take effect with the next start.
)";

} // namespace

std::string settingsHelp()
{
    std::string text(Introduction);
    const SettingRow* previous = nullptr;
    for (const auto& row : settingTable()) {
        if (previous == nullptr || previous->group != row.group)
            text.append("\n").append(groupTitle(row.group)).append(":\n");
        const auto* mark = row.takesEffect == TakesEffect::OnRestart ? " *" : "";
        appendOption(text, "--" + row.name + ' ' + row.form + mark, describe(row));
        previous = &row;
    }
    text += "\nOther:\n";
    appendOption(text, "--help", "show this text");
    appendOption(text, "--print-config",
                 "write an example for --config FILE with all the defaults");
    return text;
}

std::string exampleConfiguration()
{
    std::string text(FileIntroduction);
    const SettingRow* previous = nullptr;
    for (const auto& row : settingTable()) {
        if (row.name == "config")
            continue;
        if (previous == nullptr || previous->group != row.group)
            text.append("\n\n# == ").append(groupTitle(row.group)).append(" ==\n");
        text += "\n# ";
        const auto* mark = row.takesEffect == TakesEffect::OnRestart ? "* " : "";
        appendWrapped(text, 2, "# ", mark + describe(row));
        const auto value = row.defaultNote.empty() ? joinedDefaults(row) : row.form;
        text.append("#").append(row.name).append(" = ").append(value).append("\n");
        previous = &row;
    }
    return text;
}

} // namespace sallyport::app
