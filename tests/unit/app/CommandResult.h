// CommandResult: what a command of the command line answered and wrote.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace sallyport::app {

struct CommandResult {
    int exitCode;
    std::string out;
    std::string error;

    [[nodiscard]] std::ptrdiff_t lines() const { return std::ranges::count(out, '\n'); }
};

/// Of `run`, which gives the exit code. What it throws is thrown on, and what it wrote is dropped.
template <class Run>
CommandResult resultOf(Run run)
{
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const auto written = [] {
        auto out = testing::internal::GetCapturedStdout();
        return std::pair(std::move(out), testing::internal::GetCapturedStderr());
    };
    try {
        const int exitCode = run();
        auto [out, error] = written();
        return {exitCode, std::move(out), std::move(error)};
    } catch (...) {
        static_cast<void>(written());
        throw;
    }
}

} // namespace sallyport::app
