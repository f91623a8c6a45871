#include "app/TextTable.h"

#include "db/AuditText.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace sallyport::app {
namespace {

constexpr std::size_t ColumnGap = 2;
constexpr std::string_view Ellipsis = "…";

// Widths of columns, 0 for one that is left out.
using Widths = std::vector<std::size_t>;

std::size_t total(const Widths& widths)
{
    std::size_t sum = 0;
    for (const std::size_t width : widths)
        if (width != 0)
            sum += (sum == 0 ? 0 : ColumnGap) + width;
    return sum;
}

// Takes from those that can be cut, the widest first, until they fit or none can.
void shrink(const std::vector<TextTable::Column>& columns, Widths& widths, std::size_t room)
{
    while (total(widths) > room) {
        std::size_t* widest = nullptr;
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (columns[i].least != 0 && widths[i] > columns[i].least &&
                (!widest || widths[i] > *widest))
                widest = &widths[i];
        if (!widest)
            return;
        --*widest;
    }
}

void leaveOutLeastImportant(const std::vector<TextTable::Column>& columns, Widths& widths)
{
    std::size_t found = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (widths[i] != 0 && columns[i].importance != 0 &&
            (found == columns.size() || columns[i].importance < columns[found].importance))
            found = i;
    if (found != columns.size())
        widths[found] = 0;
}

std::string cellText(std::string_view cell, const TextTable::Column& column, std::size_t width)
{
    std::string text(cell);
    if (columnsOf(text) > width)
        text = text.substr(0, bytesFitting(text, width - 1)) + std::string(Ellipsis);
    const std::string room(width - columnsOf(text), ' ');
    return column.align == TextTable::Align::Left ? text + room : room + text;
}

void appendLine(std::string& out, const std::vector<TextTable::Column>& columns,
                const Widths& widths, const std::vector<std::string>& cells)
{
    std::string line;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (widths[i] == 0)
            continue;
        if (!line.empty())
            line.append(ColumnGap, ' ');
        line += cellText(cells[i], columns[i], widths[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
}

} // namespace

std::size_t columnsOf(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::size_t bytesFitting(std::string_view text, std::size_t room)
{
    std::size_t end = 0;
    for (std::size_t used = 0; used < room && end < text.size(); ++used)
        end += std::max<std::size_t>(db::utf8SequenceLength(text.substr(end)), 1);
    return std::min(end, text.size());
}

std::size_t outputWidth()
{
    winsize size{};
    const bool known = ::isatty(STDOUT_FILENO) != 0 &&
                       ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
    return known ? size.ws_col : TextTable::NoLimit;
}

std::string TextTable::text(std::size_t width) const
{
    Widths widths(columns_.size(), 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < columns_.size(); ++i)
            if (!row[i].empty())
                widths[i] = std::max({widths[i], columnsOf(row[i]), columnsOf(columns_[i].title)});
    const auto fit = [&](Widths wanted) {
        shrink(columns_, wanted, width);
        return wanted;
    };
    Widths fitted = fit(widths);
    while (total(fitted) > width) {
        const Widths before = widths;
        leaveOutLeastImportant(columns_, widths);
        if (widths == before)
            break; // wider than the terminal: it wraps
        fitted = fit(widths);
    }
    std::vector<std::string> titles;
    for (const Column& column : columns_)
        titles.push_back(column.title);
    std::string out;
    appendLine(out, columns_, fitted, titles);
    for (const auto& row : rows_)
        appendLine(out, columns_, fitted, row);
    return out;
}

} // namespace sallyport::app
