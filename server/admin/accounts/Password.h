// Password: how passwords are kept (argon2id, RFC 9106) and which ones are good enough.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

namespace sallyport::admin::accounts {

constexpr std::size_t LeastPasswordCharacters = 12;
constexpr std::size_t MostPasswordBytes = 200;

/// What is wrong with it, for people; nothing: it may be taken. `name` is its owner's.
[[nodiscard]] std::optional<std::string> complaintAbout(std::string_view password,
                                                        std::string_view name);

/// Makes and checks hashes, each of which costs 19 MiB and some 35 ms of a processor: only a few at
/// once, so that guesses take neither from the proxy. Safe for several threads at once.
class PasswordHashing {
public:
    static constexpr std::ptrdiff_t MostAtOnce = 2;
    static constexpr std::chrono::seconds LongestWait{4};

    // These wait for their turn; they throw ApiError (Busy) if it does not come.

    /// With parameters and a new salt: "$argon2id$v=19$m=19456,t=2,p=1$…".
    [[nodiscard]] std::string hash(std::string_view password);
    [[nodiscard]] bool isRight(std::string_view password, const std::string& hash);
    /// Takes as long as the above, and is false: for a name that does not exist.
    [[nodiscard]] bool isRightForNobody(std::string_view password);

private:
    class Turn;

    std::counting_semaphore<MostAtOnce> turns_{MostAtOnce};
};

} // namespace sallyport::admin::accounts
