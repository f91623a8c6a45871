#include "http/HeadFault.h"

namespace sallyport::http {

std::string_view describe(HeadFault fault)
{
    switch (fault) {
    case HeadFault::None:
        return "Nothing is wrong.";
    case HeadFault::BadRequestLine:
        return "The first line is not an HTTP request line; perhaps another protocol, such as TLS, "
               "is "
               "spoken to this port.";
    case HeadFault::BadMethod:
        return "The method contains characters that a method may not have.";
    case HeadFault::MethodTooLong:
        return "The method is longer than any this proxy knows.";
    case HeadFault::BadTarget:
        return "The request target is not one a proxy can be asked for: it must be a full URI "
               "without user "
               "name or fragment, or host:port for CONNECT.";
    case HeadFault::TargetTooLong:
        return "The request target is too long.";
    case HeadFault::BadVersion:
        return "The request line does not end in a valid HTTP version.";
    case HeadFault::UnsupportedVersion:
        return "Only HTTP/1.1 and HTTP/1.0 are spoken on this port.";
    case HeadFault::BadStatusLine:
        return "The first line is not a valid HTTP/1.1 status line.";
    case HeadFault::BadFieldName:
        return "A header line has no colon, no name, or characters in the name that are not "
               "allowed there.";
    case HeadFault::BadFieldValue:
        return "A header value contains a control character.";
    case HeadFault::BareCrOrLf:
        return "A line is not ended by CR and LF together.";
    case HeadFault::ObsFold:
        return "A header line begins with white space (obsolete line folding).";
    case HeadFault::HeadTooLarge:
        return "The header section is too large.";
    case HeadFault::TooManyFields:
        return "The header section has too many fields.";
    case HeadFault::TooManyConnectionOptions:
        return "The Connection header names too many options.";
    case HeadFault::MissingHost:
        return "The Host header is missing.";
    case HeadFault::SecondHost:
        return "There is more than one Host header.";
    case HeadFault::BadHost:
        return "The Host header is not a valid host with an optional port.";
    case HeadFault::BothFramings:
        return "Content-Length and Transfer-Encoding are both present.";
    case HeadFault::BadContentLength:
        return "Content-Length is repeated or is not one decimal number.";
    case HeadFault::BadTransferEncoding:
        return "Transfer-Encoding is not exactly \"chunked\" in an HTTP/1.1 message.";
    case HeadFault::UnsupportedTransferCoding:
        return "Transfer-Encoding names a coding that this proxy does not support.";
    case HeadFault::ConnectWithBody:
        return "A CONNECT request cannot have a body.";
    case HeadFault::BadMaxForwards:
        return "Max-Forwards is repeated or is not one decimal number.";
    case HeadFault::BadChunkSize:
        return "A chunk-size line of the chunked body is malformed.";
    case HeadFault::ChunkLineTooLong:
        return "A chunk-size line of the chunked body is too long.";
    case HeadFault::BadChunkEnd:
        return "The data of a chunk is not followed by CR and LF.";
    }
    return "";
}

int statusFor(HeadFault fault)
{
    switch (fault) {
    case HeadFault::TargetTooLong:
        return 414;
    case HeadFault::HeadTooLarge:
    case HeadFault::TooManyFields:
    case HeadFault::TooManyConnectionOptions:
        return 431;
    case HeadFault::MethodTooLong:
    case HeadFault::UnsupportedTransferCoding:
        return 501;
    case HeadFault::UnsupportedVersion:
        return 505;
    default:
        return 400;
    }
}

} // namespace sallyport::http
