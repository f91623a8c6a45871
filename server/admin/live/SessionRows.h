// SessionRows: the live sessions that somebody wants to see, in the order they want, as the
// contract writes them.
#pragma once

#include "admin/api/UserNames.h"
#include "admin/live/LiveFilter.h"
#include "admin/live/SessionBoard.h"

#include <Poco/JSON/Object.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sallyport::admin::live {

enum class SessionOrder : std::uint8_t { Rate, Age, Bytes };
inline constexpr std::array<std::string_view, 3> SessionOrderNames{"rate", "age", "bytes"};

/// Point into `seen`.
using SessionRows = std::vector<const SessionsSeen::Row*>;

[[nodiscard]] SessionRows fittingRows(const SessionsSeen& seen, const LiveFilter& filter);
/// Fastest, oldest or largest first.
void sortRows(SessionRows& rows, SessionOrder order);

/// As the contract's LiveSession says; `now` is what its age is counted to.
[[nodiscard]] Poco::JSON::Object jsonOf(const SessionsSeen::Row& row,
                                        std::chrono::system_clock::time_point now,
                                        api::UserNames names = api::UserNames::Shown);

} // namespace sallyport::admin::live
