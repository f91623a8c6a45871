#include "admin/accounts/Password.h"

#include "admin/accounts/Secrets.h"
#include "admin/api/ApiError.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <new>
#include <set>
#include <stdexcept>

namespace sallyport::admin::accounts {
namespace {

// What OWASP's password storage cheat sheet names as its first choice that is not memory bound.
constexpr std::uint32_t MemoryKiB = 19 * 1024;
constexpr std::uint32_t Passes = 2;
constexpr std::uint32_t Lanes = 1;
constexpr std::size_t SaltBytes = 16;
constexpr std::size_t HashBytes = 32;
constexpr std::size_t LeastDifferent = 5;
constexpr std::chrono::seconds RetryWhenBusy{5};

std::size_t charactersIn(std::string_view utf8)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::ranges::transform(result, result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

std::string hashOf(std::string_view password)
{
    const auto salt = randomBytes(SaltBytes);
    std::array<char, 256> encoded{};
    const int result =
        argon2id_hash_encoded(Passes, MemoryKiB, Lanes, password.data(), password.size(),
                              salt.data(), salt.size(), HashBytes, encoded.data(), encoded.size());
    if (result == ARGON2_MEMORY_ALLOCATION_ERROR)
        throw std::bad_alloc();
    if (result != ARGON2_OK)
        throw std::runtime_error(std::string("argon2id: ") + argon2_error_message(result));
    return encoded.data();
}

// With the same parameters and lengths, so that it costs the same; of no password anybody knows.
std::string nobodysHash()
{
    return "$argon2id$v=19$m=" + std::to_string(MemoryKiB) + ",t=" + std::to_string(Passes) +
           ",p=" + std::to_string(Lanes) +
           "$bm9ib2R5J3Mgc2FsdCAuLg$QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE";
}

bool fits(std::string_view password, const std::string& hash)
{
    const int result = argon2id_verify(hash.c_str(), password.data(), password.size());
    if (result == ARGON2_MEMORY_ALLOCATION_ERROR)
        throw std::bad_alloc();
    return result == ARGON2_OK;
}

} // namespace

std::optional<std::string> complaintAbout(std::string_view password, std::string_view name)
{
    if (charactersIn(password) < LeastPasswordCharacters)
        return "must have at least " + std::to_string(LeastPasswordCharacters) + " characters";
    if (password.size() > MostPasswordBytes)
        return "must have at most " + std::to_string(MostPasswordBytes) + " bytes";
    if (std::set(password.begin(), password.end()).size() < LeastDifferent)
        return "must have at least " + std::to_string(LeastDifferent) + " different characters";
    if (name.size() > 2 && password.size() < name.size() + LeastPasswordCharacters &&
        lower(password).contains(lower(name)))
        return "must not be built around the name";
    return std::nullopt;
}

class PasswordHashing::Turn {
public:
    explicit Turn(std::counting_semaphore<MostAtOnce>& turns) : turns_(turns)
    {
        if (!turns_.try_acquire_for(LongestWait))
            throw api::ApiError(api::ProblemKind::Busy,
                                "Many people are signing in right now. Try again.")
                .retryAfter(RetryWhenBusy);
    }
    ~Turn() { turns_.release(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

private:
    std::counting_semaphore<MostAtOnce>& turns_;
};

std::string PasswordHashing::hash(std::string_view password)
{
    const Turn turn(turns_);
    return hashOf(password);
}

bool PasswordHashing::isRight(std::string_view password, const std::string& hash)
{
    const Turn turn(turns_);
    return fits(password, hash);
}

bool PasswordHashing::isRightForNobody(std::string_view password)
{
    const Turn turn(turns_);
    static_cast<void>(fits(password, nobodysHash()));
    return false;
}

} // namespace sallyport::admin::accounts
