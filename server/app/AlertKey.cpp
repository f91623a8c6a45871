#include "app/AlertKey.h"

#include <openssl/rand.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace sallyport::app {

namespace {

class Descriptor {
public:
    Descriptor(const std::filesystem::path& file, int flags)
        : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600))
    {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] explicit operator bool() const { return number_ >= 0; }

private:
    int number_;
};

[[noreturn]] void failOn(const std::filesystem::path& file)
{
    throw std::system_error(errno, std::generic_category(), file.string());
}

} // namespace

policy::inspection::DigestKey loadAlertKey(const std::filesystem::path& file)
{
    policy::inspection::DigestKey key{};
    if (const Descriptor made(file, O_CREAT | O_EXCL | O_WRONLY); made) {
        if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
            throw std::runtime_error("no random numbers for " + file.string());
        if (::write(made.number(), key.data(), key.size()) != std::ssize(key))
            failOn(file);
        return key;
    }
    if (errno != EEXIST)
        failOn(file);
    const Descriptor found(file, O_RDONLY);
    std::array<std::uint8_t, sizeof key + 1> bytes{};
    const auto size = found ? ::read(found.number(), bytes.data(), bytes.size()) : -1;
    if (size < 0)
        failOn(file);
    if (size != std::ssize(key))
        throw std::runtime_error(file.string() + " is not a key of " + std::to_string(key.size()) +
                                 " bytes; move it away to have a new one made");
    std::copy_n(bytes.begin(), key.size(), key.begin());
    return key;
}

} // namespace sallyport::app
