#include "proxy/Insight.h"

#include "tls/Certificate.h"
#include "tls/Fingerprint.h"
#include "tls/Names.h"

#include <algorithm>
#include <utility>

namespace sallyport::proxy {

namespace {

/// A certificate may name a thousand, and a session may be a day old when its record is written.
constexpr std::size_t MaxNamesKept = 32;

} // namespace

std::unique_ptr<TlsInsight> insightOf(const tls::ClientHello& hello)
{
    auto insight = std::make_unique<TlsInsight>();
    insight->ja3 = tls::ja3(hello);
    insight->ja4 = tls::ja4(hello);
    insight->echOffered = hello.offersEch();
    return insight;
}

bool addFlight(TlsInsight& into, const tls::ServerFlight& flight, std::string_view name)
{
    into.version = flight.version;
    into.cipher = flight.cipherSuite;
    into.alpn = flight.alpn;
    into.resumed = flight.resumed;
    if (flight.certificate.empty())
        return true;
    auto certificate = tls::readCertificate(flight.certificate);
    if (!certificate)
        return true;
    const bool covered = tls::covers(*certificate, name);
    auto seen = std::make_unique<audit::SeenCertificate>();
    seen->subject = std::move(certificate->subject);
    seen->issuer = std::move(certificate->issuer);
    seen->sha256 = certificate->sha256;
    seen->notAfter = certificate->notAfter;
    certificate->names.resize(std::min(certificate->names.size(), MaxNamesKept));
    certificate->names.shrink_to_fit();
    seen->names = std::move(certificate->names);
    into.certificate = std::move(seen);
    return covered;
}

audit::SeenTls seenTls(const TlsInsight& insight)
{
    audit::SeenTls seen;
    seen.version = tls::versionName(insight.version);
    seen.cipher = tls::cipherName(insight.cipher);
    seen.alpn = insight.alpn;
    seen.resumed = insight.resumed;
    seen.ja3 = insight.ja3;
    seen.ja4 = insight.ja4;
    seen.echOffered = insight.echOffered;
    if (insight.certificate)
        seen.certificate = *insight.certificate;
    return seen;
}

} // namespace sallyport::proxy
