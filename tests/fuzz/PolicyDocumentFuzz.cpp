// A policy document: what is accepted comes back equal from its text, whatever was written.
#include "Invariant.h"
#include "policy/PolicyDocument.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace sallyport;
    using policy::PolicyDocument;
    PolicyDocument document;
    try {
        document = PolicyDocument::parse({reinterpret_cast<const char*>(data), size});
    } catch (const policy::PolicyError&) {
        return 0;
    }
    const auto written = document.toJson();
    const auto again = PolicyDocument::parse(written);
    fuzz::mustHold(again == document, "a document comes back equal from its text");
    fuzz::mustHold(again.toJson() == written, "a document has one text");
    static_cast<void>(document.listsUsed());
    return 0;
}
