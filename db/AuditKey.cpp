#include "db/AuditKey.h"

#include "db/DatabaseError.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>

namespace sallyport::db {
namespace {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeKey>;
using ContextPointer = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using FilePointer = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void cannot(std::string_view doing, const std::filesystem::path& file)
{
    throw DatabaseError(DatabaseError::Kind::CannotOpen,
                        file.string() + ": cannot " + std::string(doing) + " (" +
                            std::generic_category().message(errno) +
                            "); check the owner and mode of the file and its folder");
}

const std::uint8_t* bytesOf(std::string_view text)
{
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Null: there is no such file.
FilePointer openToRead(const std::filesystem::path& file)
{
    FilePointer opened(std::fopen(file.c_str(), "re"));
    if (!opened && errno != ENOENT)
        cannot("read the key", file);
    return opened;
}

// Nobody is there to be asked.
int noPassword(char*, int, int, void*)
{
    return -1;
}

// Written beside and then put in its place: there never is a half of a key.
template <class Write>
void replaceFile(const std::filesystem::path& file, mode_t mode, const Write& write)
{
    std::filesystem::path beside = file;
    beside += ".new";
    std::filesystem::remove(beside);
    const int descriptor = ::open(beside.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    if (descriptor < 0)
        cannot("make the key", beside);
    FilePointer stream(::fdopen(descriptor, "w"));
    if (!stream || write(stream.get()) != 1 || std::fflush(stream.get()) != 0 ||
        ::fsync(descriptor) != 0)
        cannot("write the key", beside);
    stream.reset();
    std::filesystem::rename(beside, file);
}

} // namespace

struct AuditPublicKey::Key {
    KeyPointer pointer;
};

std::string signedText(std::string_view node, const Checkpoint& checkpoint)
{
    static constexpr std::string_view Digits = "0123456789abcdef";
    std::string text("sallyport audit checkpoint 1\n");
    text.append(node).append("\n");
    text.append(std::to_string(checkpoint.seq)).append("\n");
    text.append(std::to_string(checkpoint.time.time_since_epoch().count())).append("\n");
    for (const std::uint8_t byte : checkpoint.head) {
        text += Digits[byte >> 4];
        text += Digits[byte & 15];
    }
    return text;
}

AuditPublicKey::AuditPublicKey(const std::filesystem::path& file)
    : AuditPublicKey([&] {
          const FilePointer stream = openToRead(file);
          if (!stream)
              cannot("read the key", file);
          auto key = std::make_unique<Key>();
          key->pointer.reset(PEM_read_PUBKEY(stream.get(), nullptr, nullptr, nullptr));
          if (!key->pointer || EVP_PKEY_get_base_id(key->pointer.get()) != EVP_PKEY_ED25519)
              throw DatabaseError(DatabaseError::Kind::NotADatabase,
                                  file.string() +
                                      ": this is not an Ed25519 public key in PEM form");
          return key;
      }())
{}

AuditPublicKey::AuditPublicKey(std::unique_ptr<Key> key) : key_(std::move(key))
{
    std::array<std::uint8_t, 32> raw{};
    std::size_t size = raw.size();
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> hash{};
    if (EVP_PKEY_get_raw_public_key(key_->pointer.get(), raw.data(), &size) != 1 ||
        EVP_Digest(raw.data(), size, hash.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw DatabaseError(DatabaseError::Kind::Failed, "the audit log's key cannot be hashed");
    std::copy_n(hash.begin(), id_.size(), id_.begin());
}

AuditPublicKey::~AuditPublicKey() = default;
AuditPublicKey::AuditPublicKey(AuditPublicKey&&) noexcept = default;
AuditPublicKey& AuditPublicKey::operator=(AuditPublicKey&&) noexcept = default;

bool AuditPublicKey::hasSigned(std::string_view text, const AuditSignature& signature) const
{
    const ContextPointer context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_->pointer.get()) ==
               1 &&
           EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytesOf(text),
                            text.size()) == 1;
}

AuditKey AuditKey::openOrCreate(const std::filesystem::path& folder)
{
    const std::filesystem::path file = folder / AuditKeyName;
    auto key = std::make_unique<AuditPublicKey::Key>();
    if (const FilePointer stream = openToRead(file)) {
        key->pointer.reset(PEM_read_PrivateKey(stream.get(), nullptr, noPassword, nullptr));
        if (!key->pointer || EVP_PKEY_get_base_id(key->pointer.get()) != EVP_PKEY_ED25519)
            throw DatabaseError(
                DatabaseError::Kind::NotADatabase,
                file.string() + ": this is not an Ed25519 private key in PEM form; restore it from "
                                "a backup, or move it away to begin with a new one");
    } else {
        key->pointer.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
        if (!key->pointer)
            throw DatabaseError(DatabaseError::Kind::Failed,
                                file.string() + ": OpenSSL cannot make an Ed25519 key");
        replaceFile(file, 0600, [&](std::FILE* out) {
            return PEM_write_PKCS8PrivateKey(out, key->pointer.get(), nullptr, nullptr, 0, nullptr,
                                             nullptr);
        });
    }
    const std::filesystem::path open = folder / AuditPublicKeyName;
    if (!std::filesystem::exists(open))
        replaceFile(open, 0644,
                    [&](std::FILE* out) { return PEM_write_PUBKEY(out, key->pointer.get()); });
    return AuditKey(AuditPublicKey(std::move(key)));
}

AuditSignature AuditKey::sign(std::string_view text) const
{
    AuditSignature signature{};
    std::size_t size = signature.size();
    const ContextPointer context(EVP_MD_CTX_new());
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.key_->pointer.get()) !=
            1 ||
        EVP_DigestSign(context.get(), signature.data(), &size, bytesOf(text), text.size()) != 1)
        throw DatabaseError(DatabaseError::Kind::Failed, "OpenSSL cannot sign with the audit key");
    return signature;
}

} // namespace sallyport::db
