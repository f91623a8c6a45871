// AuditKey: the Ed25519 key (RFC 8032) that signs checkpoints of the audit log, and its public
// half, which proves them.
//
// The private key is DATA-DIR/audit.key (PEM, readable by its owner only), the public one audit.pub
// beside it. Knows no record and no database.
#pragma once

#include "db/AuditEvent.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace sallyport::db {

using AuditKeyId = std::array<std::uint8_t, 8>; ///< first bytes of the raw public key's SHA-256
using AuditSignature = std::array<std::uint8_t, 64>;

inline constexpr std::string_view AuditKeyName = "audit.key";
inline constexpr std::string_view AuditPublicKeyName = "audit.pub";

/// What a checkpoint's signature is of: one line each of "sallyport audit checkpoint 1", the node,
/// its seq, its time in microseconds since 1970 and its head in hexadecimal digits; no line end
/// behind the last.
[[nodiscard]] std::string signedText(std::string_view node, const Checkpoint& checkpoint);

/// Either half. Throws DatabaseError of kind CannotOpen, or NotADatabase for a file that holds no
/// such key. Any thread.
class AuditPublicKey {
public:
    explicit AuditPublicKey(const std::filesystem::path& file);
    ~AuditPublicKey();
    AuditPublicKey(AuditPublicKey&&) noexcept;
    AuditPublicKey& operator=(AuditPublicKey&&) noexcept;

    [[nodiscard]] const AuditKeyId& id() const { return id_; }
    [[nodiscard]] bool hasSigned(std::string_view text, const AuditSignature& signature) const;

private:
    friend class AuditKey;
    struct Key;
    explicit AuditPublicKey(std::unique_ptr<Key> key);

    std::unique_ptr<Key> key_;
    AuditKeyId id_{};
};

class AuditKey {
public:
    /// Reads the key of `folder`; makes both files if there is none yet.
    [[nodiscard]] static AuditKey openOrCreate(const std::filesystem::path& folder);

    [[nodiscard]] const AuditKeyId& id() const { return key_.id(); }
    /// Throws DatabaseError.
    [[nodiscard]] AuditSignature sign(std::string_view text) const;
    [[nodiscard]] const AuditPublicKey& publicKey() const { return key_; }

private:
    explicit AuditKey(AuditPublicKey key) : key_(std::move(key)) {}

    AuditPublicKey key_; // with its private half
};

} // namespace sallyport::db
