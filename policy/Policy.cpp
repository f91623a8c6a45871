#include "policy/Policy.h"

#include "policy/CompiledLayer.h"
#include "policy/SpecialPurpose.h"

#include <utility>

namespace sallyport::policy {

struct Policy::Compiled {
    PolicyDocument document; // never changed: the layers point into it
    std::uint32_t version;
    CompiledLayer guard;
    CompiledLayer access;

    Compiled(PolicyDocument checked, std::uint32_t number)
        : document(std::move(checked)), version(number), guard(document.rows(Layer::Guard)),
          access(document.rows(Layer::Access))
    {}
};

namespace {

// Room for an IP literal in its one spelling, so that "[0:0::1]" cannot get around a rule on "::1".
class CanonicalHost {
public:
    explicit CanonicalHost(std::string_view host) : host_(host)
    {
        const auto mayBeLiteral =
            !host.empty() && host.size() < room_.size() &&
            (host.contains(':') || (host.back() >= '0' && host.back() <= '9'));
        if (mayBeLiteral)
            readLiteral();
    }

    CanonicalHost(const CanonicalHost&) = delete;
    CanonicalHost& operator=(const CanonicalHost&) = delete;

    [[nodiscard]] std::string_view text() const { return host_; }
    [[nodiscard]] HostKind kind() const { return kind_; }

private:
    void readLiteral()
    {
        const auto address = parseAddress(host_);
        if (!address)
            return;
        host_ = writeAddress(*address, room_);
        kind_ = HostKind::Literal;
    }

    std::string_view host_;
    HostKind kind_ = HostKind::Name;
    AddressRoom room_;
};

Outcomes guardDefault(const Facts& facts)
{
    if (!facts.destination)
        return Outcomes::Either;
    return findSpecialPurpose(*facts.destination) != nullptr ? Outcomes::Deny : Outcomes::Allow;
}

Outcomes accessDefault(const PolicyDocument& document)
{
    return document.defaults.access == Action::Allow ? Outcomes::Allow : Outcomes::Deny;
}

LayerAnswer answerOf(Outcomes outcomes, const Rule* rule)
{
    switch (outcomes) {
    case Outcomes::Allow:
        return {Answer::Allow, 0, rule};
    case Outcomes::Deny:
        return {Answer::Deny, 0, rule};
    case Outcomes::None:
    case Outcomes::Either:
        break;
    }
    return {};
}

Verdict join(LayerAnswer guard, LayerAnswer access, Stage stage)
{
    Verdict verdict{.stage = stage, .layers = {}, .would = {}};
    verdict.layers[static_cast<std::size_t>(Layer::Guard)] = guard;
    verdict.layers[static_cast<std::size_t>(Layer::Access)] = access;
    if (guard.answer == Answer::Deny) {
        verdict.answer = Answer::Deny;
        verdict.layer = Layer::Guard;
    } else if (access.answer == Answer::Deny) {
        verdict.answer = Answer::Deny;
    } else if (guard.answer == Answer::Allow && access.answer == Answer::Allow) {
        verdict.answer = Answer::Allow;
    }
    return verdict;
}

} // namespace

Policy::Policy(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}

Policy::~Policy() = default;

std::shared_ptr<const Policy> Policy::compile(PolicyDocument document, std::uint32_t version,
                                              std::shared_ptr<const DestinationLists>)
{
    return std::shared_ptr<const Policy>(
        new Policy(std::make_unique<Compiled>(std::move(document), version)));
}

Verdict Policy::decide(const Facts& facts, Stage stage) const
{
    const CanonicalHost host(facts.host);
    const FactKeys keys{
        .client = keyOf(facts.client),
        .host = host.text(),
        .hostKind = host.kind(),
        .port = facts.port,
        .method = facts.method,
        .protocol = facts.protocol,
        .destination = facts.destination.transform(keyOf),
        .stage = stage,
    };
    const auto guard = compiled_->guard.walk(keys);
    const auto access = compiled_->access.walk(keys);
    const auto guardOutcomes =
        guard.sure != nullptr ? guard.outcomes : guard.outcomes | guardDefault(facts);
    const auto accessOutcomes = access.sure != nullptr
                                    ? access.outcomes
                                    : access.outcomes | accessDefault(compiled_->document);
    return join(answerOf(guardOutcomes, guard.sure), answerOf(accessOutcomes, access.sure), stage);
}

std::uint32_t Policy::version() const
{
    return compiled_->version;
}

const PolicyDocument& Policy::document() const
{
    return compiled_->document;
}

} // namespace sallyport::policy
