// What a server sends first: the same however it is cut and whatever records it comes in, and what
// is said of a certificate is bounded text.
#include "Invariant.h"
#include "Records.h"
#include "tls/Certificate.h"
#include "tls/ServerFlight.h"

namespace {

using namespace sallyport;
using namespace sallyport::fuzz;
using tls::FlightOutcome;

void lookAtCertificate(std::string_view der)
{
    const auto certificate = tls::readCertificate(der);
    if (!certificate)
        return;
    mustHold(certificate->subject.size() <= tls::MaxDistinguishedNameBytes &&
                 certificate->issuer.size() <= tls::MaxDistinguishedNameBytes,
             "a subject and an issuer are cut");
    mustHold(certificate->names.size() <= tls::MaxCertificateNames, "few names are kept");
    for (const std::string& name : certificate->names) {
        mustHold(!name.empty() && name.find_first_of(std::string_view("\0 /ABC", 6)) == name.npos,
                 "a name is in its one spelling");
        mustHold(name.contains('*') || name.find_first_not_of("0123456789.") == name.npos ||
                     tls::covers(*certificate, name),
                 "a certificate covers the names it lists");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::size_t LimitBytes = 2048;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    tls::ServerFlight whole;
    const auto outcome = tls::parseServerFlight(input, whole, LimitBytes);

    tls::ServerFlight grown;
    auto grownOutcome = FlightOutcome::NeedMore;
    for (const std::size_t arrived : {cutsOf(input)[0], cutsOf(input)[1], input.size()}) {
        const std::vector<char> moved(input.begin(),
                                      input.begin() + static_cast<std::ptrdiff_t>(arrived));
        grownOutcome = tls::parseServerFlight({moved.data(), moved.size()}, grown, LimitBytes);
        if (grownOutcome != FlightOutcome::NeedMore)
            break;
    }
    mustHold(grownOutcome == outcome, "an outcome is the same however the flight is cut");
    mustHold(grown == whole, "a flight says the same however it is cut");
    mustHold(outcome != FlightOutcome::NeedMore || input.size() < LimitBytes,
             "nobody waits for more than the limit");
    mustHold(outcome == FlightOutcome::Complete || whole == tls::ServerFlight{},
             "what is no flight says nothing");
    mustHold(outcome != FlightOutcome::Complete || whole.version != 0 || whole.alert,
             "a flight has a version or is an alert");
    mustHold(whole.version < 0x0304 || whole.certificate.empty(), "TLS 1.3 hides the certificate");
    mustHold(whole.certificate.empty() || whole.resumed == false, "a certificate begins a session");

    constexpr std::size_t NoLimit = 1024 * 1024;
    tls::ServerFlight unlimited;
    const auto unlimitedOutcome = tls::parseServerFlight(input, unlimited, NoLimit);
    for (const std::size_t fragmentBytes : {1, 7, 50}) {
        tls::ServerFlight split;
        const std::string records = inSmallerRecords(input, fragmentBytes);
        mustHold(tls::parseServerFlight(records, split, NoLimit) == unlimitedOutcome &&
                     split == unlimited,
                 "a flight says the same in smaller records");
    }
    lookAtCertificate(unlimited.certificate);
    return 0;
}
