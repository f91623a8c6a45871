// MetricsText: figures in Prometheus' text form, version 0.0.4. Knows no proxy.
#pragma once

#include "admin/live/ProxyView.h"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sallyport::admin::live {

class MetricsText {
public:
    static constexpr std::string_view MediaType = "text/plain; version=0.0.4; charset=utf-8";

    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    enum class Kind : std::uint8_t { Counter, Gauge, Histogram };

    /// Begins a metric, whose values follow. `help` in one line.
    void begin(std::string_view name, Kind kind, std::string_view help);
    void value(double number, Labels labels = {});
    void value(std::uint64_t number, Labels labels = {});
    /// Of the classes only those that end from `least` to `most` are told apart.
    void times(const TimeFigures& figures, std::span<const double> bounds, double least,
               double most);

    /// A metric of one value.
    void counter(std::string_view name, std::string_view help, std::uint64_t number);
    void gauge(std::string_view name, std::string_view help, double number);

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void line(std::string_view suffix, Labels labels, std::string_view number);

    std::string text_;
    std::string name_;
};

} // namespace sallyport::admin::live
