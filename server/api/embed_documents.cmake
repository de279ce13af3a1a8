# Makes the program carry the contract (api/), so that what it serves is what it was built against. Included by
# CMakeLists.txt (adds the step to the build) and run by that step itself (writes the file).
if(CMAKE_SCRIPT_MODE_FILE)
    file(READ "${SOURCE}/openapi.yaml" openapi)
    file(READ "${SOURCE}/events.schema.json" events)
    file(WRITE "${OUTPUT}" "// Generated from api/ by embed_documents.cmake.\n#include \"server/api/documents.hpp\"\n\n\
namespace callout::api {\n\nstd::string_view openapi_yaml() {\n    return R\"embedded_text(${openapi})embedded_text\";\n}\n\n\
std::string_view events_schema() {\n    return R\"embedded_text(${events})embedded_text\";\n}\n\n}  // namespace callout::api\n")
else()
    set(contract ${CMAKE_SOURCE_DIR}/api)
    set(embedded ${CMAKE_BINARY_DIR}/generated/embedded_documents.cpp)
    add_custom_command(
        OUTPUT ${embedded}
        COMMAND ${CMAKE_COMMAND} -DSOURCE=${contract} -DOUTPUT=${embedded}
                -P ${CMAKE_SOURCE_DIR}/server/api/embed_documents.cmake
        DEPENDS ${contract}/openapi.yaml ${contract}/events.schema.json
                ${CMAKE_SOURCE_DIR}/server/api/embed_documents.cmake
        COMMENT "Embedding the contract"
        VERBATIM)
    target_sources(callout_server PRIVATE ${embedded})
endif()
