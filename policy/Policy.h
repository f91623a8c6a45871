// Policy: a compiled, immutable snapshot that answers for facts. Shared by all workers; safe to
// read from any thread.
//
// Each layer's rows are walked in order; a row whose fact is not known yet leaves both ways open
// (README.md).
#pragma once

#include "policy/PolicyDocument.h"
#include "policy/Verdict.h"

#include <cstdint>
#include <memory>

namespace sallyport::policy {

class Policy {
public:
    /// Compiles a document as parse() gives it. `version` is the store's number for it.
    [[nodiscard]] static std::shared_ptr<const Policy> compile(PolicyDocument document,
                                                               std::uint32_t version);

    ~Policy();
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;

    /// Pure; neither allocates nor locks. At Stage::Accept only `facts.client` is taken as known.
    /// While `facts.destination` is missing, whatever depends on it stays open, at every stage: the
    /// guard's default row does, so that only a guard row that matches without it decides the
    /// guard.
    [[nodiscard]] Verdict decide(const Facts& facts, Stage stage) const;

    [[nodiscard]] std::uint32_t version() const;
    [[nodiscard]] const PolicyDocument& document() const;

private:
    struct Compiled;
    explicit Policy(std::unique_ptr<Compiled>);
    std::unique_ptr<Compiled> compiled_;
};

} // namespace sallyport::policy
