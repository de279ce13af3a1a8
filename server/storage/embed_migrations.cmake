# Makes the program carry its migrations: every server/storage/migrations/*.sql becomes an entry of one generated table.
# Included by CMakeLists.txt (adds the step to the build) and run by that step itself (writes the file).
if(CMAKE_SCRIPT_MODE_FILE)
    set(entries "")
    set(numbers "")
    foreach(file IN LISTS MIGRATIONS)
        get_filename_component(name "${file}" NAME_WE)
        if(NOT name MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+$")
            message(FATAL_ERROR "${file}: a migration is named NNNN_what_it_does.sql")
        endif()
        string(REGEX REPLACE "^0+" "" number "${CMAKE_MATCH_1}")
        list(FIND numbers ${number} taken)
        if(NOT taken EQUAL -1)
            message(FATAL_ERROR "two migrations have the number ${number}")
        endif()
        list(APPEND numbers ${number})
        file(READ "${file}" sql)
        string(APPEND entries "    {${number}, \"${name}\", R\"embedded_sql(${sql})embedded_sql\"},\n")
    endforeach()
    file(WRITE "${OUTPUT}" "// Generated from server/storage/migrations/*.sql by embed_migrations.cmake.\n\
#include \"server/storage/migrations.hpp\"\n\n\
namespace callout::storage {\nnamespace {\n\nconstexpr Migration all[] = {\n${entries}};\n\n}  // namespace\n\n\
std::span<const Migration> embedded_migrations() { return all; }\n\n}  // namespace callout::storage\n")
else()
    file(GLOB migrations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/server/storage/migrations/*.sql)
    set(embedded ${CMAKE_BINARY_DIR}/generated/embedded_migrations.cpp)
    add_custom_command(
        OUTPUT ${embedded}
        COMMAND ${CMAKE_COMMAND} "-DMIGRATIONS=${migrations}" -DOUTPUT=${embedded}
                -P ${CMAKE_SOURCE_DIR}/server/storage/embed_migrations.cmake
        DEPENDS ${migrations} ${CMAKE_SOURCE_DIR}/server/storage/embed_migrations.cmake
        COMMENT "Embedding the migrations"
        VERBATIM)
    target_sources(callout_server PRIVATE ${embedded})
endif()
