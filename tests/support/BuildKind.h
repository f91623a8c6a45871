// BuildKind: whether a sanitizer slows things down, and how much longer tests wait because of it.
#pragma once

#include <chrono>
#include <cstdlib>

namespace sallyport::test {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool CarriesSanitizer = true;
#else
constexpr bool CarriesSanitizer = false;
#endif
#else
constexpr bool CarriesSanitizer = false;
#endif

/// This program carries one, or SALLYPORT_SANITIZED says that the program under test does. For constants
/// of other files, which may be made before those below.
inline bool isSanitized()
{
    return CarriesSanitizer || std::getenv("SALLYPORT_SANITIZED") != nullptr;
}
inline const bool Sanitized = isSanitized();

/// How long a wait for something that must happen lasts before the test fails. Nobody waits this
/// long in a run that passes.
inline const std::chrono::milliseconds Patience{isSanitized() ? 30'000 : 8'000};

} // namespace sallyport::test
