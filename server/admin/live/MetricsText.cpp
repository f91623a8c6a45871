#include "admin/live/MetricsText.h"

#include <array>
#include <charconv>
#include <string>

namespace sallyport::admin::live {

namespace {

std::string numberText(double number)
{
    std::array<char, 32> room;
    const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    return {room.data(), end};
}

/// A label's value may hold anything: names of sinks and rules do.
std::string quoted(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        if (c == '\n') {
            text += "\\n";
            continue;
        }
        if (c == '"' || c == '\\')
            text += '\\';
        text += c;
    }
    return text + '"';
}

constexpr std::array<std::string_view, 3> KindNames{"counter", "gauge", "histogram"};

} // namespace

void MetricsText::begin(std::string_view name, Kind kind, std::string_view help)
{
    name_ = name;
    text_.append("# HELP ").append(name_).append(" ").append(help).append("\n");
    text_.append("# TYPE ")
        .append(name_)
        .append(" ")
        .append(KindNames[static_cast<std::size_t>(kind)])
        .append("\n");
}

void MetricsText::line(std::string_view suffix, Labels labels, std::string_view number)
{
    text_.append(name_).append(suffix);
    char before = '{';
    for (const auto& [name, value] : labels) {
        text_.append(1, before).append(name).append("=").append(quoted(value));
        before = ',';
    }
    if (labels.size() > 0)
        text_ += '}';
    text_.append(" ").append(number).append("\n");
}

void MetricsText::value(double number, Labels labels)
{
    line("", labels, numberText(number));
}

void MetricsText::value(std::uint64_t number, Labels labels)
{
    line("", labels, std::to_string(number));
}

void MetricsText::times(const TimeFigures& figures, std::span<const double> bounds, double least,
                        double most)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bounds.size() && i < figures.counts.size(); ++i) {
        sum += figures.counts[i];
        if (bounds[i] >= least && bounds[i] <= most)
            line("_bucket", {{"le", numberText(bounds[i])}}, std::to_string(sum));
    }
    const auto all = std::to_string(figures.total());
    line("_bucket", {{"le", "+Inf"}}, all);
    line("_sum", {}, numberText(figures.sumSeconds));
    line("_count", {}, all);
}

void MetricsText::counter(std::string_view name, std::string_view help, std::uint64_t number)
{
    begin(name, Kind::Counter, help);
    value(number);
}

void MetricsText::gauge(std::string_view name, std::string_view help, double number)
{
    begin(name, Kind::Gauge, help);
    value(number);
}

} // namespace sallyport::admin::live
