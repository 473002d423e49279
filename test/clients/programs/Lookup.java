import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Calls of InetAddress: Lookup NAME CALL..., a line of JSON each. */
final class Lookup {
    public static void main(String[] args) throws UnknownHostException {
        for (int i = 1; i < args.length; i++) {
            System.out.println("{\"call\":\"" + args[i] + "\"," + look(args[i], args[0]) + "}");
        }
    }

    private static String look(String call, String name) throws UnknownHostException {
        if (call.equals("getCanonicalHostName")) {
            return "\"outcome\":\"OK\",\"records\":[\"" + InetAddress.getByName(name).getCanonicalHostName() + "\"]";
        }
        try {
            List<String> found = new ArrayList<>();
            for (InetAddress address : InetAddress.getAllByName(name)) {
                found.add("\"" + address.getHostAddress() + "\"");
            }
            return "\"outcome\":\"OK\",\"addresses\":[" + String.join(",", found) + "]";
        } catch (UnknownHostException error) {
            String reason = error.getMessage().substring(error.getMessage().indexOf(':') + 1).trim();
            return "\"outcome\":\"" + outcome(reason) + "\",\"code\":\"" + reason + "\"";
        }
    }

    private static String outcome(String reason) {
        switch (reason) {
            case "Name or service not known":
                return "NONAME";
            case "No address associated with hostname":
                return "NODATA";
            case "Temporary failure in name resolution":
                return "AGAIN";
            default:
                return "FAILED";
        }
    }
}
