// MetricsPage: /metrics, for Prometheus and what understands its text form.
//
// The names are a contract: dashboards and alerts of other people go by them.
#pragma once

#include "admin/api/Answer.h"
#include "admin/api/Caller.h"
#include "admin/live/FigureWatch.h"
#include "admin/live/ProxyView.h"

#include <cstddef>
#include <functional>
#include <string>

namespace sallyport::admin::live {

class MetricsPage {
public:
    /// Who needs no token: those on this machine, or everybody.
    enum class OpenTo : std::uint8_t { Loopback, Everybody };

    /// Both outlive it. `feeds` counts the live feeds that are open; `openTo` is asked each time.
    MetricsPage(const ProxyView& proxy, const FigureWatch& watch,
                std::function<std::size_t()> feeds, std::function<OpenTo()> openTo)
        : proxy_(proxy), watch_(watch), feeds_(std::move(feeds)), openTo_(std::move(openTo))
    {}

    /// Of this moment. 401 for a caller who may not.
    [[nodiscard]] api::Answer answer(const api::Caller& caller) const;
    [[nodiscard]] std::string text() const;

private:
    const ProxyView& proxy_;
    const FigureWatch& watch_;
    const std::function<std::size_t()> feeds_;
    const std::function<OpenTo()> openTo_;
};

} // namespace sallyport::admin::live
