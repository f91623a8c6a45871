// LockOut: makes whoever gives wrong passwords wait, longer each time: per name and address, and
// per address over all names.
//
// A try counts as failed until it is said to have succeeded, so that many at once are no way
// around. Remembers a bounded number; knows no account. Safe for several threads at once.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sallyport::admin::accounts {

class LockOut {
public:
    using Time = std::chrono::sys_time<std::chrono::microseconds>;
    using Seconds = std::chrono::seconds;

    static constexpr unsigned FreePerName = 5;
    static constexpr unsigned FreePerAddress = 30;
    static constexpr Seconds FirstWait{5};
    static constexpr Seconds LongestWait{900};
    static constexpr std::chrono::hours ForgottenAfter{12};
    static constexpr std::size_t MostRemembered = 10'000;

    /// Zero: the try is on, and counted. Otherwise nothing is counted, and it is to be refused for
    /// that long.
    [[nodiscard]] Seconds begin(std::string_view name, std::string_view address, Time now);
    /// How long the next one has to wait.
    [[nodiscard]] Seconds wait(std::string_view name, std::string_view address, Time now) const;
    /// The try was right, and is not counted.
    void passed(std::string_view name, std::string_view address);
    /// Nothing is left to be given: what was wrong before under this name from there is forgotten.
    void forget(std::string_view name, std::string_view address);

private:
    struct Entry {
        unsigned failures = 0;
        Time last;
        Time until; ///< refused before that
    };
    using Entries = std::unordered_map<std::string, Entry>;

    static void count(Entries& entries, const std::string& key, unsigned freeTries, Time now);
    static void takeBack(Entries& entries, const std::string& key);
    static void makeRoom(Entries& entries, Time now);
    [[nodiscard]] static Seconds waitFor(const Entries& entries, const std::string& key, Time now);

    mutable std::mutex mutex_;
    Entries byName_;
    Entries byAddress_;
};

} // namespace sallyport::admin::accounts
