// BuildKind: whether this build carries a sanitizer, and how much longer tests wait because of it.
#pragma once

#include <chrono>

namespace sallyport::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool Sanitized = true;
#else
constexpr bool Sanitized = false;
#endif
#else
constexpr bool Sanitized = false;
#endif

/// How long a wait for something that must happen lasts before the test fails. Nobody waits this
/// long in a run that passes.
constexpr std::chrono::milliseconds Patience{Sanitized ? 30'000 : 8'000};

} // namespace sallyport::test
