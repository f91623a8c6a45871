# Writes OUTPUT, a C++ source with the text of FOLDER/{policy,audit,accounts}/NNN-name.sql in the order of their numbers.
set(source "// Made from db/migrations/ by embed.cmake.\n#include \"db/EmbeddedMigrations.h\"\n\nnamespace sallyport::db {\n")
foreach(subject IN ITEMS policy audit accounts)
    file(GLOB files "${FOLDER}/${subject}/*.sql")
    list(SORT files)
    string(APPEND source "\nstatic constexpr std::string_view ${subject}Steps[] = {\n")
    set(expected 1)
    foreach(file IN LISTS files)
        get_filename_component(name "${file}" NAME)
        # A hole or a doubled number would shift every later step's version.
        string(REGEX MATCH "^[0-9]+" number "${name}")
        string(REGEX REPLACE "^0+" "" number "${number}")
        if(NOT number STREQUAL expected)
            message(FATAL_ERROR "db/migrations/${subject}/${name}: number ${expected} was expected next")
        endif()
        math(EXPR expected "${expected} + 1")
        file(READ "${file}" text)
        string(APPEND source "R\"sql(${text})sql\",\n")
    endforeach()
    string(APPEND source "};\n")
endforeach()
string(APPEND source "
std::span<const std::string_view> embeddedPolicyMigrations() { return policySteps; }
std::span<const std::string_view> embeddedAuditMigrations() { return auditSteps; }
std::span<const std::string_view> embeddedAccountsMigrations() { return accountsSteps; }

} // namespace sallyport::db
")
file(WRITE "${OUTPUT}" "${source}")
